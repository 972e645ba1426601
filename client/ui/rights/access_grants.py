"""Dialogs that give access until a day: share customers with a colleague, or name a deputy."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from client.context import Context
from client.data import formats, rights
from client.data.errors import sentence
from client.data.parsing import BadValue
from client.data.rights import AccessGrant, Colleague
from client.i18n import _
from client.ui.forms.editors import DateEditor
from client.ui.jobs import Latest
from client.ui.kit import BusyBar, Button, ElidedLabel, FormGrid, Label, Section, bar
from client.ui.kit.combo import Combo, offer
from client.ui.theme import size

DAYS = 14
LIST_HEIGHT = 190


@dataclass(frozen=True)
class GrantKind:
    """What the dialog gives: its texts, and functions that take a session as first argument.

    `current` lists what is given now, `give` takes the colleague and the last day, `end` what the
    grant is of and to whom it was given; `text` says who has it.
    """

    title: str
    hint: str
    action: str
    whom: str
    current: Callable[[Any], list[AccessGrant]]
    give: Callable[[Any, int, date], None]
    end: Callable[[Any, int, int], None]
    text: Callable[[AccessGrant], str]


def of_customers(customers: Sequence[int], name: str) -> GrantKind:
    """Sharing of these customers with a colleague; `name` is what the dialog calls them."""
    first = customers[0] if len(customers) == 1 else None

    def shares(session: Any) -> list[AccessGrant]:
        return rights.shares_of(session, first) if first is not None else []

    return GrantKind(
        _("Share with…"),
        _("{name}: a colleague sees and edits it, and all that hangs on it, until a day.").format(
            name=name
        ),
        _("Share with them"),
        _("Colleague"),
        shares,
        lambda session, to, until: rights.share(session, customers, to, until),
        rights.end_share,
        lambda grant: grant.name,
    )


def deputies_of(operator: int, name: str) -> GrantKind:
    """Deputies of an operator, called `name`."""
    return GrantKind(
        _("Deputy…"),
        _("While {name} is away, a deputy sees and edits {name}'s own customers.").format(
            name=name
        ),
        _("Name deputy"),
        _("Deputy"),
        lambda session: rights.deputies_of(session, operator),
        lambda session, to, until: rights.set_deputy(session, operator, to, until),
        rights.end_deputy,
        lambda grant: grant.name if grant.of == operator else _stands_in(grant),
    )


def _stands_in(grant: AccessGrant) -> str:
    return _("in the place of {name}").format(name=grant.title)


class GrantList(QScrollArea):
    """A line for each grant, with its day and a button that ends it."""

    ended = Signal(object)

    def __init__(self, nothing: str) -> None:
        super().__init__()
        self._nothing = nothing
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFixedHeight(size("field") + 2)
        self.buttons: list[Button] = []

    def show_grants(
        self, grants: Sequence[AccessGrant], text: Callable[[AccessGrant], str]
    ) -> None:
        """Show these grants instead, each said by `text`."""
        page = QWidget()
        page.setProperty("kind", "surface")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.buttons = []
        for grant in grants:
            column.addLayout(self._line(grant, text(grant)))
        if not grants:
            column.addWidget(Label(self._nothing, "ghost"))
        self.setWidget(page)
        lines = max(len(grants), 1)
        self.setFixedHeight(min(lines * (size("field") + 2), LIST_HEIGHT))

    def _line(self, grant: AccessGrant, text: str) -> QHBoxLayout:
        until = _("until {day}").format(day=formats.date_text(grant.until))
        end = Button(_("End"), kind="flat")
        end.setAccessibleName(_("End: {what}").format(what=text))
        end.setEnabled(grant.may_end)
        end.clicked.connect(partial(self.ended.emit, grant))
        self.buttons.append(end)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(ElidedLabel(text), 1)
        row.addWidget(Label(until, "text2"))
        row.addWidget(end)
        return row


class GrantDialog(QDialog):
    """Gives one kind of access and lists what is given now; `also` adds a second list below."""

    def __init__(
        self, context: Context, kind: GrantKind, parent: QWidget, also: GrantKind | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._kind, self._also = context, kind, also
        self._reading = Latest(context.jobs, self)
        self.setWindowTitle(kind.title.rstrip("…"))
        self.setProperty("kind", "surface")
        self.setMinimumWidth(460)
        self._build()
        self.refresh()

    def _build(self) -> None:
        hint = Label(self._kind.hint, "text2")
        hint.setWordWrap(True)
        self.colleague = Combo()
        self.until = DateEditor(self._context, rights.UNTIL)
        self.until.set_value(self._context.office.today + timedelta(days=DAYS))
        self.form = FormGrid(1)
        self.form.add(self._kind.whom, self.colleague, required=True)
        self.form.add(_("Until"), self.until, required=True)
        self.grant_button = Button(self._kind.action, "Enter", "check", "primary")
        self.grant_button.setDefault(True)
        self.grant_button.clicked.connect(self.give)
        leave = Button(_("Close"), "Esc")
        leave.clicked.connect(self.reject)
        self.message = Label("", "text2")
        self.grants = GrantList(_("Nothing is lent now."))
        self.grants.ended.connect(partial(self._end, self._kind))
        inner = QVBoxLayout()
        inner.setContentsMargins(16, 16, 16, 12)
        inner.setSpacing(12)
        inner.addWidget(hint)
        inner.addWidget(self.form)
        inner.addWidget(self._section(_("Lent now"), self.grants))
        self.others = GrantList(_("Nothing is shared now."))
        if self._also is not None:
            self.others.ended.connect(partial(self._end, self._also))
            inner.addWidget(self._section(self._also.title, self.others))
        inner.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(inner, 1)
        column.addWidget(bar(self.grant_button, leave, None, self.message, kind="footbar"))
        self.busy = BusyBar(self)

    @staticmethod
    def _section(title: str, grants: GrantList) -> Section:
        section = Section(title, foldable=False)
        section.body.addWidget(grants)
        return section

    # Loading

    def refresh(self) -> None:
        """Read the colleagues and what is given now."""
        work = partial(read, self._context.office, self._kind, self._also)
        self._reading.run(work, self._show, self._failed)

    def _show(self, found: tuple[list[Colleague], list[AccessGrant], list[AccessGrant]]) -> None:
        people, given, others = found
        chosen = self.colleague.currentData()
        offer(self.colleague, [(each.id, f"{each.code}  {each.name}") for each in people])
        self.colleague.setCurrentIndex(self.colleague.findData(chosen))
        self.grants.show_grants(given, self._kind.text)
        if self._also is not None:
            self.others.show_grants(others, self._also.text)
        self._quiet()
        QTimer.singleShot(0, self.adjustSize)  # once the lists have their heights

    # What the clerk does

    def give(self) -> None:
        """Give access to the chosen colleague until the day that is typed."""
        to, until = self.colleague.currentData(), self._day()
        self.form.set_message(self.colleague, "" if to else _("This must be filled in."))
        if to and until:
            self._run(partial(_give, self._kind, to, until))

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

    def _end(self, kind: GrantKind, grant: AccessGrant) -> None:
        self._run(partial(_end_grant, kind, grant))

    def _run(self, work: Callable[[Any], None]) -> None:
        self.grant_button.setEnabled(False)
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
        self.grant_button.setEnabled(True)
        self.busy.stop()


def read(
    office: Any, kind: GrantKind, also: GrantKind | None
) -> tuple[list[Colleague], list[AccessGrant], list[AccessGrant]]:
    with office.session() as session:
        others = also.current(session) if also is not None else []
        return rights.colleagues(session), kind.current(session), others


def _give(kind: GrantKind, to: int, until: date, session: Any) -> None:
    kind.give(session, to, until)


def _end_grant(kind: GrantKind, grant: AccessGrant, session: Any) -> None:
    kind.end(session, grant.of, grant.to)


def my_shares(me: int) -> GrantKind:
    """What the operator `me` shares and what is shared with them: a list, to end shares only."""

    def nothing(session: Any, to: int, until: date) -> None:
        """Customers are shared from their own forms."""

    return GrantKind(
        _("Shared customers"),
        "",
        "",
        "",
        rights.my_shares,
        nothing,
        rights.end_share,
        lambda grant: grant.title if grant.to == me else f"{grant.title} → {grant.name}",
    )


def my_deputy_dialog(context: Context, parent: QWidget) -> GrantDialog:
    """The dialog in which operators name their own deputy and see all that is shared."""
    me = context.office.me
    return GrantDialog(context, deputies_of(me["id"], me["name"]), parent, my_shares(me["id"]))
