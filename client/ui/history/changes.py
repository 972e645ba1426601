"""A list of changes in sentences, of one record or of all, from which things are put back."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from client.context import Context
from client.data.errors import sentence
from client.data.history import sentences
from client.data.history.sentences import Line
from client.data.presence import PREFIX
from client.i18n import N_, _, plural
from client.ui.following import Following
from client.ui.grids.parts import Overlay
from client.ui.history import work
from client.ui.history.filters import HistoryFilters
from client.ui.history.put_back import PutBackButtons
from client.ui.history.work import Page
from client.ui.jobs import Token
from client.ui.kit import BusyBar, Button, ElidedLabel, Label, bar
from client.ui.tables.columns import Column
from client.ui.tables.plain import plain_table
from client.ui.theme import space


class ChangeList(QWidget):
    """The changes of the record `of` (kind and id), or of all records. More are read as one
    scrolls. Others' changes come in above, and leave the cursor on its line.

    `asked_day` is emitted with the moment of a change, to show a customer as it was then.
    """

    opened = Signal(str, int)
    asked_day = Signal(object)
    status_changed = Signal(str)

    def __init__(self, context: Context, of: tuple[str, int] | None = None) -> None:
        super().__init__()
        self.context, self.of = context, of
        self.lines: list[Line] = []
        self._last: int | None = None
        self.version: int | None = None
        self._token: Token | None = None
        self._reading = self._behind = False
        self._anew = True  # the cursor goes to the first line
        self.filters = HistoryFilters(context, of)
        self.putting = PutBackButtons(self)
        self.table, self.model = plain_table(self._columns(), _("History"))
        self._overlay = Overlay(self.table, "clock-counter-clockwise")
        self._overlay.hide_empty()
        self.busy = BusyBar(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filters)
        column.addWidget(self.table, 1)
        column.addWidget(self._whole())
        column.addWidget(self._foot())
        self.setFocusProxy(self.table)
        # The way round leads into the table first, and would pass over what stands above it.
        for before, after in pairwise((self.table, *self.filters.parts)):
            QWidget.setTabOrder(before, after)
        self.filters.changed.connect(self.refresh)
        self.filters.period.refused.connect(self.say)
        self.table.selectionModel().currentRowChanged.connect(self._fit)
        self.table.opened.connect(self._open)
        self.table.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.busy.cancelled.connect(self.stop)
        self._following = Following(context, self, self._is_shown, self._follow)

    def _columns(self) -> list[Column]:
        which = [
            Column("record", _("Record"), 196, "text2", drop=2),
            Column("customer", _("Customer"), 150, "text2", drop=3),
        ]
        return [
            Column("at", _("When"), 128, "code"),
            Column("what", _("What"), 260, stretch=True),
            *(which if self.of is None else ()),
            Column("through", _("Through"), 130, "text2", drop=4),
            Column("reason", _("Reason"), 110, "text2", drop=1),
        ]

    def _whole(self) -> QWidget:
        """The line under the cursor in full: cells cut long names and reasons off."""
        self.whole = Label("")
        self.whole.setWordWrap(True)
        self.whole.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.whole.setContentsMargins(space("m"), space("s"), space("m"), space("s"))
        self.whole.hide()
        return self.whole

    def _foot(self) -> QWidget:
        self.said, self.counted = ElidedLabel("", "text2"), Label("", "text2")
        self.said.setMinimumWidth(1)  # what is said gives way: it must not widen the page
        self.day_button = Button(_("As of then…"))
        self.day_button.clicked.connect(self._ask_day)
        self.day_button.setVisible(self.of is not None and self.of[0] == "customer")
        buttons = (*self.putting.buttons, self.day_button)
        return bar(*buttons, None, self.said, self.counted, kind="footbar")

    # Reading

    def show_record(self, of: tuple[str, int]) -> None:
        """List the changes of another record of the same kind."""
        if of != self.of:
            self.of = of
            self.filters.set_record(of)
            self.lines = []
            self.model.show_rows([])
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.lines and (self.of is None or self.of[1]):
            self.refresh()

    def refresh(self) -> None:
        """Read the latest changes again, and begin with the first."""
        self._anew = True
        self._read_latest()

    def _follow(self) -> None:
        """Read them again since others changed something, unless one reads further down."""
        self._behind = self._is_scrolled()
        if not self._behind:
            self._read_latest()

    def _read_latest(self) -> None:
        self.stop()
        self._read(None, self._show)

    def _is_scrolled(self) -> bool:
        return self.table.verticalScrollBar().value() > 0

    def stop(self) -> None:
        """Break off what is being read."""
        if self._token is not None:
            self._token.cancel()
        self._token, self._reading = None, False
        self.busy.stop()

    def _read(self, before: int | None, then: Callable[[Page], None]) -> None:
        self._reading, self._token = True, Token()
        self.busy.start()
        wanted = self.filters.wanted()
        asked = partial(work.read, self.context.office, wanted, before, self._token)
        run = self._following.run if before is None else partial(self.context.jobs.run, self)
        run(asked, then, self.failed, self._token)

    def _show(self, page: Page) -> None:
        anew, self._anew = self._anew, False
        if self._is_scrolled() and not anew:  # since it was asked for
            self._behind = True
            self.stop()
            return
        kept = None if anew else self.line()
        self.version, self._behind = page.version, False
        self.filters.set_people(page.people)
        self.lines = []
        self.model.show_rows([])
        self._add(page)
        if self.lines:
            self.table.setCurrentIndex(self.model.index(self._place_of(kept), 0))
            self._overlay.hide_empty()
        else:
            self._overlay.show_empty(_("No change matches."), [])
        self._fit()

    def _place_of(self, kept: Line | None) -> int:
        """Where a line stands now; the first where it is not there any more."""
        told = [(line.entry.id, line.field) for line in self.lines]
        sought = kept and (kept.entry.id, kept.field)
        return told.index(sought) if sought in told else 0

    def _add(self, page: Page) -> None:
        self._reading, self._last = False, page.last
        self.busy.stop()
        self.lines += page.lines
        self.model.add_rows(page.texts)
        more = "+" if page.last is not None else ""
        number = len(self.lines)
        said = plural(number, N_("{n} change"), N_("{n} changes"), n=f"{number:,}{more}")
        self.counted.setText(said)

    def _scrolled(self, value: int) -> None:
        """Near the end the next ones are read, and back at the first those missed meanwhile."""
        if not value and self._behind:
            self._following.ask()
        bar_ = self.table.verticalScrollBar()
        near = value >= bar_.maximum() - bar_.pageStep()
        if near and self._last is not None and not self._reading:
            self._read(self._last, self._add)

    def _is_shown(self, table: str, ids: list[int]) -> bool:
        about = table == self.of[0] and (not ids or self.of[1] in ids) if self.of else True
        typing = table.startswith(PREFIX)
        return about and not typing

    # What one does with a change

    def line(self) -> Line | None:
        """The line under the cursor."""
        row = self.table.currentIndex().row()
        return self.lines[row] if 0 <= row < len(self.lines) else None

    def _fit(self) -> None:
        self.putting.fit()
        line = self.line()
        self.day_button.setEnabled(line is not None)
        self.whole.setVisible(line is not None)
        if line is not None:
            why = sentences.reason(line.entry)
            said = (line.sentence, _("Reason: {reason}").format(reason=why) if why else "")
            self.whole.setText("\n".join(filter(None, said)))

    def _ask_day(self) -> None:
        line = self.line()
        if line is not None:
            self.asked_day.emit(line.entry.at)

    def _open(self) -> None:
        line = self.line()
        if line is not None:
            self.opened.emit(line.entry.table, line.entry.row)

    def failed(self, error: Exception) -> None:
        """Say what went wrong."""
        self.stop()
        self.say(sentence(error), "red")

    def say(self, text: str, tone: str = "text2") -> None:
        """Say something in the foot."""
        self.said.set_tone(tone)
        self.said.setText(text)
        self.status_changed.emit(text)
