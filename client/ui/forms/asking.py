"""A dialog that asks one question, answered in one field."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from client.i18n import _
from client.ui.kit import Button, FormGrid, Label, bar, lay_dialog


class AskDialog(QDialog):
    """Asks for what stands in `field`, called `label`; `give` or Enter goes on with it."""

    def __init__(
        self, title: str, text: str, label: str, field: QLineEdit, give: Button, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(440)
        field.returnPressed.connect(self._give)
        self._form = FormGrid(1)
        self._form.add(label, field, required=True)
        give.clicked.connect(self._give)
        leave = Button(_("Back"), "Esc")
        leave.clicked.connect(self.reject)
        said = Label(text, "text2")
        said.setWordWrap(True)
        lay_dialog(self, said, self._form, foot=bar(give, None, leave, kind="footbar"))

    def _give(self) -> None:
        """Take what was answered, or say under the field why not."""
        raise AssertionError("each question knows its answers")
