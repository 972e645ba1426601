"""The parts of the hand-over dialog: head with counts, preview by receiver, and foot."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QLineEdit,
    QMenu,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from client.context import Context
from client.data import formats
from client.data.handover import KINDS, RULES, Handed, part
from client.data.lookups import Choice
from client.i18n import _
from client.model import Customer, fields
from client.ui.handover.work import Offer
from client.ui.kit import Button, ElidedLabel, FigureStrip, Label, bar, headline
from client.ui.kit.combo import Combo
from client.ui.tables import marks, selection
from client.ui.tables.columns import Column
from client.ui.tables.plain import PlainModel
from client.ui.tables.table import Table

STAYS = 0  # stands for nobody in the list of receivers
MOST_SELECTED = 10_000


class HandoverHead(QWidget):
    """Whose customers, by which rule, and all that hangs on them; without `asks` they are given."""

    owner_chosen = Signal(object)
    rule_chosen = Signal()

    def __init__(self, asks: bool) -> None:
        super().__init__()
        self.owner, self._rule = Combo(), Combo()
        self.owner.setMinimumWidth(200)
        self._rule.setMinimumWidth(180)
        self.owner.setAccessibleName(_("Whose customers"))
        self._rule.setAccessibleName(_("How they are shared out"))
        for name, label in RULES:
            self._rule.addItem(_(label), name)
        self.owner.activated.connect(self._owner_chosen)
        self._rule.activated.connect(self.rule_chosen)
        self.figures = FigureStrip([])
        note = _("With all that hangs on them. Nothing moves before you say so.")
        head = headline(_("Hand over customers"), note)
        whose = Label(_("Whose"), "text2")
        asked = (whose, self.owner, 12) if asks else (Label(_("The chosen customers")), 12)
        how = bar(*asked, Label(_("To whom"), "text2"), self._rule, None, kind="panel", gap=8)
        how.setFixedHeight(40)
        strip = bar(self.figures, None, kind="panel")
        self.rest = Label("", "text2")
        self.rest.setWordWrap(True)
        self.rest.setContentsMargins(12, 6, 12, 6)
        self.rest.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for row in (head, how, strip, self.rest):
            column.addWidget(row)

    def _owner_chosen(self) -> None:
        self.owner_chosen.emit(self.owner.currentData())

    def rule(self) -> str:
        return str(self._rule.currentData())

    def choose_rule(self, name: str) -> None:
        """Share out by another rule, as the clerk does."""
        self._rule.setCurrentIndex(self._rule.findData(name))
        self.rule_chosen.emit()

    def show_offer(self, offer: Offer, owner: int | None, settings: Mapping[str, Any]) -> None:
        """Show what there is, kind by kind."""
        if not self.owner.count():
            self.owner.addItem(_("Choose a person…"), None)
            for person in offer.people:
                title = person.title if person.active else f"{person.title} ({_('not active')})"
                self.owner.addItem(title, person.id)
        self.owner.setCurrentIndex(max(self.owner.findData(owner), 0))
        whole = part(offer.rows)
        shown = [(_("Customers"), formats.integer(whole.customers), "text")]
        tone = "text" if whole.deleted else "ghost"
        shown.append((_("Of them in the recycle bin"), formats.integer(whole.deleted), tone))
        for name, label in KINDS:
            number = sum(getattr(row, name) for row in offer.rows)
            shown.append((_(label), formats.integer(number), "text" if number else "ghost"))
        caption = _("Outstanding ({currency})").format(currency=settings.get("currency") or "CNY")
        shown.append((caption, formats.money(whole.outstanding), "text"))
        self.figures.set(shown)
        self.rest.setText(" ".join(offer.rest))
        self.rest.setVisible(bool(offer.rest))


class Preview(QWidget):
    """What each receiver gets, and below the customers of the current one."""

    move_asked = Signal(list, int)

    def __init__(self) -> None:
        super().__init__()
        self.parts = Table(
            [
                Column("name", _("Receiver"), 140, "name", stretch=True),
                Column("customers", _("Customers"), 80, "integer"),
                Column("deleted", _("Deleted"), 72, "integer"),
                Column("open", _("Open orders"), 96, "integer"),
                Column("owed", _("Outstanding"), 120, "money"),
            ]
        )
        known = fields(Customer)
        self.customers = Table(
            [
                Column("number", marks.label(Customer, known["number"]), 96, "code"),
                Column("name", marks.label(Customer, known["name"]), 140, "name", stretch=True),
                Column("state", _("Status"), 80, "text2"),
                Column("orders", _("Sales orders"), 90, "integer"),
                Column("open", _("Open orders"), 96, "integer"),
                Column("owed", _("Outstanding"), 120, "money"),
            ]
        )
        self._part_rows, self._customer_rows = PlainModel(5), PlainModel(6)
        self.parts.setModel(self._part_rows)
        self.customers.setModel(self._customer_rows)
        self.parts.setAccessibleName(_("What each receiver gets"))
        self.customers.setAccessibleName(_("Customers of the receiver"))
        self.move_button = Button(_("Give the selected ones to"), menu=True)
        self.move_button.clicked.connect(self._ask)
        self.parts.selectionModel().currentRowChanged.connect(self._show_customers)
        self.title = ElidedLabel("", "text2")
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar(self.title, None, self.move_button))
        column.addWidget(self.customers, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.parts)
        split.addWidget(below)
        split.setSizes([150, 300])
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(split)
        self._by_person: dict[int, list[Handed]] = {}
        self._order: list[int] = []
        self._people: Sequence[Choice] = ()
        self._name: Callable[[int], str] = str

    def show_parts(
        self,
        rows: Sequence[Handed],
        dealt: Mapping[int, int],
        people: Sequence[Choice],
        name: Callable[[int], str],
    ) -> None:
        """Show who gets what; the current receiver stays the current one."""
        kept = self.current()
        self._people, self._name, self._by_person = people, name, {}
        for row in rows:
            self._by_person.setdefault(dealt.get(row.id, STAYS), []).append(row)
        places = {choice.id: at for at, choice in enumerate(people)}
        self._order = sorted(self._by_person, key=lambda p: (p == STAYS, places.get(p, 0)))
        shown = []
        for person in self._order:
            sums = part(self._by_person[person])
            title = name(person) if person != STAYS else _("Stays where it is")
            counts = (sums.customers, sums.deleted or "", sums.open_orders or "")
            shown.append((title, *counts, sums.outstanding))
        self._part_rows.show_rows(shown)
        if self._order:
            at = self._order.index(kept) if kept in self._order else 0
            self.parts.setCurrentIndex(self._part_rows.index(at, 0))
        self._show_customers()

    def current(self) -> int | None:
        """The receiver whose customers are shown."""
        row = self.parts.currentIndex().row()
        return self._order[row] if 0 <= row < len(self._order) else None

    def _show_customers(self) -> None:
        person = self.current()
        rows = self._by_person.get(person, []) if person is not None else []
        self._customer_rows.show_rows([_cells(row) for row in rows])
        title = self._name(person) if person else _("Stays where it is") if rows else ""
        self.title.setText(title)
        self.title.updateGeometry()
        self.move_button.setEnabled(bool(rows))

    def selected(self) -> list[int]:
        """The ids of the selected customers."""
        person = self.current()
        rows = self._by_person.get(person, []) if person is not None else []
        return [rows[at].id for at in selection.rows(self.customers, MOST_SELECTED)]

    def _ask(self) -> None:
        menu = QMenu(self)
        for person in self._people:
            action = menu.addAction(person.title.replace("&", "&&"))
            action.setData(person.id)
        menu.triggered.connect(self._picked)
        menu.popup(self.move_button.mapToGlobal(QPoint(0, self.move_button.height())))

    def _picked(self, action: QAction) -> None:
        self.give(action.data())

    def give(self, person: int) -> None:
        """Give the selected customers to another person."""
        if chosen := self.selected():
            self.move_asked.emit(chosen, person)


def _cells(row: Handed) -> tuple[object, ...]:
    state = _("deleted") if row.deleted else ""
    orders = (row.orders or "", row.open_orders or "")
    return (row.number, row.name, state, *orders, row.outstanding)


class HandoverFoot(QWidget):
    """The reason, whether the login ends, the act itself, and what can be done after it."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.reason = QLineEdit()
        self.reason.setMaxLength(500)
        self.reason.setPlaceholderText(_("Why, e.g. leaves the office at the end of the month"))
        self.reason.setAccessibleName(_("Reason"))
        self._disable = QCheckBox("")
        self._disable.hide()
        self.start = Button(_("Hand over"), "F8", "arrows-left-right", "primary")
        self.sheet = Button(_("Sheets to sign…"), icon="file-pdf")
        self.undo = Button(_("Undo"), icon="arrow-counter-clockwise")
        self.earlier = Button(_("Earlier hand-overs…"))
        self.leave = Button(_("Close"), "Esc")
        self.message = ElidedLabel("")
        first = bar(Label(_("Reason"), "text2"), self.reason, self._disable, kind="panel", gap=8)
        first.setFixedHeight(40)
        self.sheet.setVisible(context.office.rights.may("customer", "print"))
        self._prints = context.office.rights.may("customer", "print")
        second = bar(
            *(self.start, self.sheet, self.undo, self.message, None, self.earlier, self.leave),
            kind="footbar",
        )
        self.barred = Label("", "amber")
        self.barred.setWordWrap(True)
        self.barred.setContentsMargins(12, 8, 12, 0)
        self.barred.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part_ in (self.barred, first, second):
            column.addWidget(part_)

    def show_barred(self, why: str) -> None:
        """Say why nothing can be handed over; an empty text where it can."""
        self.barred.setText(why)
        self.barred.setVisible(bool(why))

    def show_leaver(self, name: str) -> None:
        """Offer to disable the login of who leaves; an empty name offers nothing."""
        self._disable.setChecked(False)
        self._disable.setText(_("Then disable the login of {name}").format(name=name))
        self._disable.setVisible(bool(name))

    def disables(self) -> bool:
        return self._disable.isVisibleTo(self) and self._disable.isChecked()

    def say(self, text: str, tone: str = "text2") -> None:
        self.message.set_tone(tone)
        self.message.setText(text)
        self.message.updateGeometry()

    def settle(self, number: int, done: bool, working: bool) -> None:
        """What can be pressed: `number` customers have a receiver, `done` when they have moved."""
        text = _("Hand over {n}").format(n=f"{number:,}") if number else _("Hand over")
        self.start.setText(text)
        self.start.updateGeometry()
        self.start.setVisible(not done)
        self.start.setEnabled(bool(number) and not (working or self.barred.text()))
        self.sheet.setVisible(done and self._prints)
        self.undo.setVisible(done)
        self.undo.setEnabled(not working)
        self.reason.setEnabled(not done and not working)
        self._disable.setEnabled(not done and not working)
