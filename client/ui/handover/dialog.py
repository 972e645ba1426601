"""The dialog that hands customers over: whose, to whom, the reason, and undoing it."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QSplitter, QStackedWidget, QWidget

from client.context import Context
from client.data import handover
from client.data.errors import KnownError, known, sentence
from client.data.handover import EVENLY, ONE, Doc, Handed, Key, undone_text
from client.data.lookups import Choice
from client.i18n import _
from client.ui.handover import work
from client.ui.handover.groups import ReceiverTable
from client.ui.handover.listing import HandoversDialog
from client.ui.handover.parts import HandoverFoot, HandoverHead, Preview
from client.ui.handover.sheets import Sheets
from client.ui.jobs import Latest
from client.ui.kit import BusyBar, EmptyState, pile
from client.ui.kit.room import fit_to_screen

MOST_PEOPLE = 12  # among whom customers are shared out evenly

GROUPS = 360  # pixels: so wide is the list of who gets what, at least


class HandoverDialog(QDialog):
    """For the customers of one `owner`, for those with `ids`, or asking whose; `done_with` when
    moved.
    """

    done_with = Signal()

    def __init__(
        self,
        context: Context,
        parent: QWidget | None = None,
        owner: int | None = None,
        ids: Sequence[int] = (),
    ) -> None:
        super().__init__(parent)
        self.context = context
        self._ids = tuple(ids)
        self.owner = owner
        self.offer: work.Offer | None = None
        self.moved: dict[int, int] = {}  # single customers that the clerk gave to another
        self.doc: Doc | None = None
        self._working = self._acting = False
        self._reading = Latest(context.jobs, self)
        self._build()
        self._connect()
        self.sheets = Sheets(context, self, self.foot.say)
        self.refresh()

    def _build(self) -> None:
        self.setWindowTitle(_("Hand over customers"))
        fit_to_screen(self, 1080, 700)
        self.head, self.foot = HandoverHead(not self._ids), HandoverFoot(self.context)
        self.groups, self.preview = ReceiverTable(), Preview()
        self.busy = BusyBar(self)
        middle = QSplitter(Qt.Orientation.Horizontal)
        middle.addWidget(self.groups)
        middle.addWidget(self.preview)
        self.groups.setMinimumWidth(GROUPS)
        middle.setSizes([GROUPS, 700])
        middle.setHandleWidth(1)
        middle.setChildrenCollapsible(False)
        nobody = EmptyState("users", _("Choose above whose customers somebody else is to have."))
        self.middle = QStackedWidget()
        for shown in (middle, nobody):
            self.middle.addWidget(shown)
        pile(self, self.head, self.middle, self.foot, grows=self.middle)

    def _connect(self) -> None:
        self.head.owner_chosen.connect(self.choose_owner)
        self.head.rule_chosen.connect(self._rule_chosen)
        self.groups.chosen.connect(self._deal_anew)
        self.preview.move_asked.connect(self.give)
        self.foot.start.clicked.connect(self.hand_over)
        QShortcut(QKeySequence("F8"), self, self.foot.start.click)
        self.foot.leave.clicked.connect(self.reject)
        self.foot.earlier.clicked.connect(self.show_earlier)
        self.foot.undo.clicked.connect(self.undo)
        self.foot.sheet.clicked.connect(self._save_sheet)
        self.foot.reason.textChanged.connect(self._settle)

    # Reading

    def refresh(self) -> None:
        """Read the customers as they are now."""
        self._begin()
        job = partial(work.read, self.context.office, self.owner, self._ids)
        self._reading.run(job, self._read, self._failed)

    def choose_owner(self, owner: int | None) -> None:
        """Hand over what is this person's."""
        self.owner, self.doc = owner, None
        self.refresh()

    def _read(self, offer: work.Offer) -> None:
        self._end()
        self.offer, self.moved = offer, {}
        office = self.context.office
        # Whose login may end with it: another person's, by whoever may change operators.
        staying = (None, office.pool_id, office.me["id"])
        may = office.rights.may("operator", "edit") and self.owner not in staying
        self.head.show_offer(offer, self.owner, office.settings)
        self.middle.setCurrentIndex(0 if self._ids or self.owner is not None else 1)
        self.foot.show_leaver(self._name(self.owner) if may else "")
        self.foot.show_barred(offer.barred)
        self._rule_chosen()

    def _name(self, person: int | None) -> str:
        people = self.offer.people if self.offer else []
        return next((choice.title for choice in people if choice.id == person), "")

    # Who gets which

    @property
    def rows(self) -> list[Handed]:
        return self.offer.rows if self.offer else []

    def people(self) -> list[Choice]:
        """The people who can get customers, the public pool among them."""
        people = self.offer.people if self.offer else []
        return [choice for choice in people if choice.active and choice.id != self.owner]

    def _rule_chosen(self) -> None:
        if self.offer is None:
            return
        rule = self.head.rule()
        self.moved = {}
        shown: list[tuple[Key, str, int | None]]
        if rule == EVENLY:
            places = range(min(MOST_PEOPLE, len(self.people())))
            shown = [(at, _("Person {n}").format(n=at + 1), None) for at in places]
        else:
            shown = [
                (key, _title(self.offer, rule, key), size)
                for key, size in handover.groups(self.rows, rule)
            ]
        self.groups.show_groups(
            shown, self.people(), _first_choice(self.offer, rule, self.people())
        )
        self._show_dealt()

    def dealt(self) -> dict[int, int]:
        """Who gets each customer, what was given by hand included."""
        made = handover.deal(self.rows, self.head.rule(), self.groups.chosen_receivers())
        return made | self.moved

    def give(self, customers: list[int], person: int) -> None:
        """Give single customers to another receiver than their group's."""
        self.moved |= dict.fromkeys(customers, person)
        self._show_dealt()

    def _deal_anew(self) -> None:
        self.doc = None
        self._show_dealt()

    def _show_dealt(self) -> None:
        dealt = self.dealt()
        self.preview.show_parts(self.rows, dealt, self.people(), self._name)
        self._settle()

    # The act

    def hand_over(self) -> None:
        """Move all customers that have a receiver, in one transaction."""
        reason = self.foot.reason.text().strip()
        if not reason:
            self.foot.say(_("Say why."), "red")
            self.foot.reason.setFocus()
            return
        asked = handover.plan(self.rows, self.dealt(), self.owner)
        job = partial(work.hand_over, self.context.office, asked, reason)
        self._begin(_("Handing over…"), acts=True)
        self.context.jobs.run(self, job, self._handed_over, self._failed)

    def _handed_over(self, doc: Doc) -> None:
        self._end()
        self.doc = doc
        self.foot.say(handover.done_text(doc), "green")
        if self.owner is not None and self.foot.disables():
            # A step of its own: the customers have moved, whatever becomes of the login.
            self._begin(acts=True)
            job = partial(work.disable, self.context.office, self.owner)
            self.context.jobs.run(self, job, self._disabled, self._failed)
        self._settle()
        self.foot.leave.setFocus()
        self.done_with.emit()

    def _disabled(self, _nothing: None) -> None:
        self._end()
        self.foot.say(_("Handed over, and the login is disabled."), "green")
        self.done_with.emit()

    def undo(self) -> None:
        """Take the hand-over just made back."""
        if self.doc is not None:
            self._begin(acts=True)
            job = partial(work.undo, self.context.office, self.doc["id"])
            self.context.jobs.run(self, job, self._undone, self._failed)

    def _undone(self, doc: Doc) -> None:
        self._end()
        self.doc = None
        self.foot.say(undone_text(doc), "amber")
        self.done_with.emit()
        self.refresh()

    def _save_sheet(self) -> None:
        if self.doc is not None:
            self.sheets.ask(self.doc)

    def show_earlier(self) -> None:
        """The hand-overs that were made before."""
        dialog = HandoversDialog(self.context, self)
        dialog.changed.connect(self.done_with)
        dialog.changed.connect(self.refresh)
        dialog.open()

    def _failed(self, error: Exception) -> None:
        self._end()
        self.foot.say(sentence(error), "red")
        if not (known(error) or isinstance(error, KnownError)):
            self.context.jobs.problem.emit(error)

    def _begin(self, text: str = "", acts: bool = False) -> None:
        """Wait for a job; while one acts for the owner who is shown, no other can be chosen."""
        self._working, self._acting = True, acts
        self.busy.start(text)
        self._settle()

    def _end(self) -> None:
        self._working = self._acting = False
        self.busy.stop()
        self._settle()

    def _settle(self) -> None:
        number = len(handover.plan(self.rows, self.dealt())["moves"]) if self.offer else 0
        done = self.doc is not None
        self.foot.settle(number, done, self._working)
        self.head.setEnabled(not self._acting)
        for part in (self.groups, self.preview):
            part.setEnabled(not (done or self._working))


def _title(offer: work.Offer, rule: str, key: Key) -> str:
    """What a group of customers is called."""
    if rule == ONE:
        return _("All customers")
    return offer.titles[rule].get(key or 0, "") or _("(none)")


def _first_choice(offer: work.Offer, rule: str, people: Sequence[Choice]) -> dict[Key, int | None]:
    """A region that has one other person of its own goes to that one."""
    if rule != "region_id":
        return {}
    able = {choice.id for choice in people}
    found: dict[Key, int | None] = {}
    for region, there in offer.regions.items():
        others = [person for person in there if person in able]
        if len(others) == 1:
            found[region] = others[0]
    return found
