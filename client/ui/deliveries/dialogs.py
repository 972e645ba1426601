"""The few questions that deliveries ask, and how a clash of two changes is worded."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QWidget

from client.context import Context
from client.data import formats
from client.data.parsing import BadValue
from client.data.priced.merge import Clash
from client.i18n import _
from client.model import Delivery, DeliveryLine, fields
from client.ui.forms import conflict
from client.ui.forms.asking import AskDialog
from client.ui.forms.editors import DateEditor
from client.ui.kit import Button, Label, bar, lay_dialog
from client.ui.kit.room import fit_to_screen
from client.ui.theme import size


class SendOffDialog(AskDialog):
    """Asks on which day the goods leave; `given` with the day."""

    given = Signal(object)

    def __init__(self, context: Context, text: str, parent: QWidget) -> None:
        self._today = context.office.today
        self._day = DateEditor(context, fields(Delivery)["shipped_on"])
        self._day.set_readonly(False)
        self._day.set_value(self._today)
        give = Button(_("Send off"), "Enter", "truck", kind="primary")
        super().__init__(_("Send off"), text, _("Sent on"), self._day, give, parent)
        self._day.setFocus()
        self._day.selectAll()

    def _give(self) -> None:
        try:
            day: date | None = self._day.value()
        except BadValue as error:
            self._refuse(str(error))
            return
        if day is None or (day > formats.today() and day > self._today):
            said = _("The goods cannot have left on a day to come.")
            self._refuse(said if day else _("On which day?"))
            return
        self.accept()
        self.given.emit(day)

    def _refuse(self, said: str) -> None:
        self._form.set_message(self._day, said)
        self._day.selectAll()
        self._day.setFocus()


class OutcomeDialog(QDialog):
    """Tells row by row what could not be done."""

    def __init__(self, done: str, failed: Sequence[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Not everything was done"))
        fit_to_screen(self, 620, 300)
        self.list = QListWidget()
        self.list.setProperty("framed", True)
        self.list.setAccessibleName(_("Not everything was done"))
        for name, said in failed:
            item = QListWidgetItem(f"{name}   {said}")
            item.setSizeHint(QSize(0, size("field")))
            item.setToolTip(f"{name}\n{said}")
            self.list.addItem(item)
        close = Button(_("Close"), "Esc", kind="primary")
        close.clicked.connect(self.accept)
        foot = bar(None, close, kind="footbar")
        lay_dialog(self, Label(done), self.list, foot=foot, grows=self.list)
        close.setFocus()


def worded(clashes: Sequence[Clash]) -> list[conflict.Clash]:
    """The clashes as the choosing panel shows them."""
    return [
        conflict.Clash(
            str(at),
            _label(clash),
            *(_text(clash, value) for value in (clash.base, clash.theirs, clash.mine)),
        )
        for at, clash in enumerate(clashes)
    ]


def told(lost: Sequence[Clash]) -> str:
    """What was typed in vain, to be read in one line."""
    return _("; ").join(f"{_label(clash)}: {_text(clash, clash.mine) or '–'}" for clash in lost)


def _label(clash: Clash) -> str:
    if clash.line is None:
        return _(fields(Delivery)[clash.field].label)
    return f"{clash.name} · {_(fields(DeliveryLine)[clash.field].label)}"


def _text(clash: Clash, value: Any) -> str:
    kind = Delivery if clash.line is None else DeliveryLine
    return formats.text_of(fields(kind)[clash.field], value)
