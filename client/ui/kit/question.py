"""A question over a window that holds up nothing behind it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from client.i18n import _

Answer = QMessageBox.StandardButton


class Question(QMessageBox):
    """Asks whether to do `action`, which Enter does as well; `answered` once, and it is gone."""

    answered = Signal(bool)

    def __init__(self, parent: QWidget, title: str, text: str, action: str) -> None:
        super().__init__(parent.window())
        self.setIcon(QMessageBox.Icon.Question)
        self.setWindowTitle(title)
        self.setText(text)
        self.setStandardButtons(Answer.Yes | Answer.Cancel)
        self.button(Answer.Yes).setText(action)
        self.button(Answer.Cancel).setText(_("Cancel"))
        self.setDefaultButton(Answer.Yes)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.finished.connect(self._finished)

    def _finished(self, code: int) -> None:
        self.answered.emit(code == Answer.Yes.value)
