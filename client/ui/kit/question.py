"""Questions over a window: whether to do something, and what is to become of what is typed."""

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from client.i18n import _

Answer = QMessageBox.StandardButton


class Question(QMessageBox):
    """Asks whether to do `action`, which Enter does as well unless it is `risky`; `accepted` or
    `rejected`, and it is gone. It holds up nothing behind it, and goes unanswered with `asker`.
    """

    def __init__(
        self, asker: QWidget, title: str, text: str, action: str, risky: bool = False
    ) -> None:
        super().__init__(asker.window())
        self.setIcon(QMessageBox.Icon.Question)
        self.setWindowTitle(title)
        self.setText(text)
        self.setStandardButtons(Answer.Yes | Answer.Cancel)
        self.button(Answer.Yes).setText(action)
        self.button(Answer.Cancel).setText(_("Cancel"))
        self.setDefaultButton(Answer.Cancel if risky else Answer.Yes)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asker.destroyed.connect(self.deleteLater)


def ask_unsaved(
    parent: QWidget, name: str, may_save: bool = True
) -> Literal["save", "drop", "stay"]:
    """What to do with what is typed into `name`, asked by what cannot go on without an answer."""
    box = QMessageBox(parent.window())
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(_("Not saved"))
    text = _("{name} has changes that are not saved.")
    box.setText(text.format(name=name.removesuffix(" *")))
    box.setStandardButtons(Answer.Discard | Answer.Cancel)
    box.button(Answer.Discard).setText(_("Discard"))
    box.button(Answer.Cancel).setText(_("Keep typing"))
    # A key too many must not throw away what is typed.
    box.setDefaultButton(Answer.Cancel)
    if may_save:
        box.addButton(Answer.Save).setText(_("Save"))
        box.setDefaultButton(Answer.Save)
    box.exec()
    box.deleteLater()
    answer = box.standardButton(box.clickedButton())
    return "save" if answer == Answer.Save else "drop" if answer == Answer.Discard else "stay"
