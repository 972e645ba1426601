"""Dialogs that lend: a customer to a colleague, or one's place to a deputy, until a day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from client.context import Context
from client.data import formats, rights
from client.data.errors import sentence
from client.data.parsing import BadValue
from client.data.rights import Colleague, Loan
from client.i18n import _
from client.ui.forms.editors import DateEditor
from client.ui.kit import BusyBar, Button, ElidedLabel, FormGrid, Label, Section, bar
from client.ui.theme import size

DAYS = 14
LIST_HEIGHT = 190


@dataclass(frozen=True)
class Lending:
    """What a dialog lends: its words, and functions that get a session first."""

    title: str
    hint: str
    action: str
    whom: str
    lent: Callable[[Any], list[Loan]]
    lend: Callable[[Any, int, date], None]
    end: Callable[[Any, int, int], None]
    text: Callable[[Loan], str]


def of_customers(customers: Sequence[int], name: str) -> Lending:
    """Share these customers; `name` says which."""
    first = customers[0] if len(customers) == 1 else None

    def lent(session: Any) -> list[Loan]:
        return rights.shares_of(session, first) if first is not None else []

    return Lending(
        _("Share with…"),
        _("{name}: a colleague sees and edits it, and all that hangs on it, until a day.").format(
            name=name
        ),
        _("Share with them"),
        _("Colleague"),
        lent,
        lambda session, to, until: rights.share(session, customers, to, until),
        rights.end_share,
        lambda loan: loan.name,
    )


def of_place(operator: int, name: str) -> Lending:
    """Name a deputy for an operator."""
    return Lending(
        _("Deputy…"),
        _("While {name} is away, a deputy sees and edits their own customers.").format(name=name),
        _("Name deputy"),
        _("Deputy"),
        lambda session: rights.deputies_of(session, operator),
        lambda session, to, until: rights.set_deputy(session, operator, to, until),
        rights.end_deputy,
        lambda loan: loan.name if loan.of == operator else _stands_in(loan),
    )


def _stands_in(loan: Loan) -> str:
    return _("in the place of {name}").format(name=loan.title)


class LoanList(QScrollArea):
    """A line for each loan, with its day and a button that ends it."""

    ended = Signal(object)

    def __init__(self, nothing: str) -> None:
        super().__init__()
        self._nothing = nothing
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFixedHeight(size("field") + 2)
        self.buttons: list[Button] = []

    def show_loans(self, loans: Sequence[Loan], text: Callable[[Loan], str]) -> None:
        """Show these instead."""
        page = QWidget()
        page.setProperty("kind", "surface")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.buttons = []
        for loan in loans:
            column.addLayout(self._line(loan, text(loan)))
        if not loans:
            column.addWidget(Label(self._nothing, "ghost"))
        self.setWidget(page)
        lines = max(len(loans), 1)
        self.setFixedHeight(min(lines * (size("field") + 2), LIST_HEIGHT))

    def _line(self, loan: Loan, text: str) -> QHBoxLayout:
        until = _("until {day}").format(day=formats.date_text(loan.until))
        end = Button(_("End"), kind="flat")
        end.setAccessibleName(_("End: {what}").format(what=text))
        end.setEnabled(loan.may_end)
        end.clicked.connect(partial(self.ended.emit, loan))
        self.buttons.append(end)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(ElidedLabel(text), 1)
        row.addWidget(Label(until, "text2"))
        row.addWidget(end)
        return row


class LendDialog(QDialog):
    """Lends one thing, and shows to whom it is lent. `also` adds a list of other loans."""

    def __init__(
        self, context: Context, lending: Lending, parent: QWidget, also: Lending | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._lending, self._also = context, lending, also
        self.setWindowTitle(lending.title)
        self.setProperty("kind", "surface")
        self.setMinimumWidth(460)
        self._build()
        self.refresh()

    def _build(self) -> None:
        hint = Label(self._lending.hint, "text2")
        hint.setWordWrap(True)
        self.colleague = QComboBox()
        self.until = DateEditor(self._context, rights.UNTIL)
        self.until.set_value(self._context.office.today + timedelta(days=DAYS))
        self.form = FormGrid(1)
        self.form.add(self._lending.whom, self.colleague, required=True)
        self.form.add(_("Until"), self.until, required=True)
        self.lend_button = Button(self._lending.action, "Enter", "check", "primary")
        self.lend_button.setDefault(True)
        self.lend_button.clicked.connect(self.lend)
        leave = Button(_("Close"), "Esc")
        leave.clicked.connect(self.reject)
        self.message = Label("", "text2")
        self.loans = LoanList(_("Nothing is lent now."))
        self.loans.ended.connect(partial(self._end, self._lending))
        inner = QVBoxLayout()
        inner.setContentsMargins(16, 16, 16, 12)
        inner.setSpacing(12)
        inner.addWidget(hint)
        inner.addWidget(self.form)
        inner.addWidget(self._section(_("Lent now"), self.loans))
        self.others = LoanList(_("Nothing is shared now."))
        if self._also is not None:
            self.others.ended.connect(partial(self._end, self._also))
            inner.addWidget(self._section(self._also.title, self.others))
        inner.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(inner, 1)
        column.addWidget(bar(self.lend_button, leave, None, self.message, kind="footbar"))
        self.busy = BusyBar(self)

    @staticmethod
    def _section(title: str, loans: LoanList) -> Section:
        section = Section(title, foldable=False)
        section.body.addWidget(loans)
        return section

    # Loading

    def refresh(self) -> None:
        """Read who there is and what is lent now."""
        work = partial(read, self._context.office, self._lending, self._also)
        self._context.jobs.run(self, work, self._show, self._failed)

    def _show(self, found: tuple[list[Colleague], list[Loan], list[Loan]]) -> None:
        people, lent, others = found
        chosen = self.colleague.currentData()
        self.colleague.clear()
        for person in people:
            self.colleague.addItem(f"{person.code}  {person.name}", person.id)
        self.colleague.setCurrentIndex(self.colleague.findData(chosen))
        self.loans.show_loans(lent, self._lending.text)
        if self._also is not None:
            self.others.show_loans(others, self._also.text)
        self._quiet()
        QTimer.singleShot(0, self.adjustSize)  # once the lists have their heights

    # What the clerk does

    def lend(self) -> None:
        """Lend until the day that is typed."""
        to, until = self.colleague.currentData(), self._day()
        self.form.set_message(self.colleague, "" if to else _("This must be filled in."))
        if to and until:
            self._run(partial(_lent, self._lending, to, until))

    def _day(self) -> date | None:
        try:
            day: date | None = self.until.value()
            wrong = "" if day else _("This must be filled in.")
        except BadValue as error:
            day, wrong = None, str(error)
        if day is not None and day < self._context.office.today:
            wrong = _("This day has passed.")
        self.form.set_message(self.until, wrong)
        return None if wrong else day

    def _end(self, lending: Lending, loan: Loan) -> None:
        self._run(partial(_ended, lending, loan))

    def _run(self, work: Callable[[Any], None]) -> None:
        self.lend_button.setEnabled(False)
        self.busy.start()
        self.message.setText("")
        job = partial(self._context.office.run, work)
        self._context.jobs.run(self, job, self._done, self._failed)

    def _done(self, _nothing: None) -> None:
        self.refresh()

    def _failed(self, error: Exception) -> None:
        self._quiet()
        self.message.set_tone("red")
        self.message.setText(sentence(error))

    def _quiet(self) -> None:
        self.lend_button.setEnabled(True)
        self.busy.stop()


def read(
    office: Any, lending: Lending, also: Lending | None
) -> tuple[list[Colleague], list[Loan], list[Loan]]:
    with office.session() as session:
        others = also.lent(session) if also is not None else []
        return rights.colleagues(session), lending.lent(session), others


def _lent(lending: Lending, to: int, until: date, session: Any) -> None:
    lending.lend(session, to, until)


def _ended(lending: Lending, loan: Loan, session: Any) -> None:
    lending.end(session, loan.of, loan.to)


def my_shares(me: int) -> Lending:
    """The list of what I share and what is shared with me; nothing is lent by it."""

    def nothing(session: Any, to: int, until: date) -> None:
        """Customers are shared from their own forms."""

    return Lending(
        _("Shared customers"),
        "",
        "",
        "",
        rights.my_shares,
        nothing,
        rights.end_share,
        lambda loan: loan.title if loan.to == me else f"{loan.title} → {loan.name}",
    )


def lend_my_place(context: Context, parent: QWidget) -> LendDialog:
    """The dialog of one's own account: a deputy, and all that is shared."""
    me = context.office.me
    return LendDialog(context, of_place(me["id"], me["name"]), parent, my_shares(me["id"]))
