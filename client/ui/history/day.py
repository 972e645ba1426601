"""A customer as it was at a moment: its form, to be read only, and its contacts."""

from datetime import datetime, time
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from client.context import Context
from client.data import formats
from client.data.errors import sentence
from client.data.history.day import PastCustomer, customer_as_of
from client.data.parsing import BadValue, parse_date
from client.i18n import _, zone
from client.model import Contact, Customer, fields
from client.ui.forms.fields import FormFields
from client.ui.grids.model import column_of
from client.ui.jobs import Latest
from client.ui.kit import BusyBar, Button, ElidedLabel, EmptyState, Label, bar, hline
from client.ui.kit.room import fit_to_screen
from client.ui.tables.plain import plain_table
from client.ui.theme import size

CONTACTS = ("name", "title", "phone", "mobile", "email")
ROWS = 4
TITLE_PT = 13.0


def read(office: Any, number: int, moment: datetime) -> PastCustomer:
    with office.session() as session:
        return customer_as_of(session, number, moment)


class DayDialog(QDialog):
    """A customer as it was. Only the moment can be typed; a day without a time means its end."""

    def __init__(
        self, context: Context, number: int, moment: datetime, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._number, self.moment = context, number, moment
        self._asking = Latest(context.jobs, self)
        self.found: PastCustomer | None = None
        self.setWindowTitle(_("As it was"))
        fit_to_screen(self, 620, 660)
        self.fields = FormFields(context, Customer)
        self.fields.set_readonly(True)
        columns = [column_of(Contact, fields(Contact)[name]) for name in CONTACTS]
        self.contacts, self._people = plain_table(columns, _("Contacts"))
        self.contacts.setFixedHeight(size("header") + ROWS * size("row") + 2)
        self.empty = EmptyState("users", _("It was not here then."))
        self.empty.hide()
        self.busy = BusyBar(self)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._head())
        whole.addWidget(hline())
        whole.addWidget(self._area(), 1)
        whole.addWidget(self.empty, 1)
        close = Button(_("Close"), "Esc")
        close.clicked.connect(self.reject)
        self.said = Label("", "red")
        whole.addWidget(bar(close, None, self.said, kind="footbar"))
        self.load()

    def _head(self) -> QWidget:
        self.title = ElidedLabel("", "text", TITLE_PT)
        self.day = QLineEdit(formats.datetime_text(self.moment))
        self.day.setAccessibleName(_("As of"))
        self.day.setToolTip(_("A day, or a day and a time: 2026-09-15 14:03"))
        self.day.setFixedWidth(140)
        self.day.returnPressed.connect(self._typed)
        return bar(self.title, None, Label(_("As of"), "text2"), 4, self.day)

    def _area(self) -> QWidget:
        content = QWidget()
        content.setProperty("kind", "panel")
        content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        body = QVBoxLayout(content)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(self.fields)
        self._counted = Label(_("Contacts"), "text2")
        self._counted.setContentsMargins(12, 8, 12, 4)
        body.addWidget(self._counted)
        body.addWidget(self.contacts)
        body.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setWidget(content)
        return self.area

    def load(self) -> None:
        """Work out what there was at the moment."""
        self.busy.start()
        work = partial(read, self._context.office, self._number, self.moment)
        self._asking.run(work, self._show, self._failed)

    def _show(self, found: PastCustomer) -> None:
        self.busy.stop()
        self.found = found
        here = found.form is not None
        self.area.setVisible(here)
        self.empty.setVisible(not here)
        self.said.setText("")
        if found.form is None:
            self.title.setText("")
            return
        self.title.setText(str(found.form.values.get("name") or ""))
        self.title.updateGeometry()
        self.fields.show_data(found.form)
        known = fields(Contact)
        self._people.show_rows(
            [
                tuple(formats.text_of(known[name], person.get(name)) for name in CONTACTS)
                for person in found.contacts
            ]
        )
        self._counted.setText(f"{_('Contacts')} {len(found.contacts)}")

    def _typed(self) -> None:
        """Another moment, typed as a day or as a day and a time."""
        text, _blank, clock = self.day.text().strip().partition(" ")
        try:
            on = parse_date(text, self._context.office.today)
            at = time.fromisoformat(clock.strip()) if clock.strip() else time(23, 59, 59, 999999)
        except (BadValue, ValueError) as error:
            self.said.setText(str(error) if isinstance(error, BadValue) else _wrong_time())
            return
        # To the minute as it is shown: what happened in that minute counts.
        if clock.strip():
            at = at.replace(second=59, microsecond=999999)
        self.moment = datetime.combine(on, at, zone())
        self.load()

    def _failed(self, error: Exception) -> None:
        self.busy.stop()
        self.said.setText(sentence(error))


def _wrong_time() -> str:
    return _("A time is typed like 14:03.")
