"""What narrows a list of changes: person, kind, field, time and words."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from client.context import Context
from client.data.history.entries import ACCESS, PARTS, Wanted
from client.data.history.sentences import kind_name
from client.i18n import _, zone
from client.model import CARDS, ENTITIES, fields
from client.ui.analysis.period_edit import PeriodEdit
from client.ui.kit import bar
from client.ui.kit.combo import Combo

TYPING_MS = 250
# The parts of a record have fields of their own that are asked for.
ALONG = {"customer": ("contact",), **{kind: (part,) for kind, (part, _by) in PARTS.items()}}


def field_names(kinds: tuple[str, ...]) -> dict[str, str]:
    """Fields by name with their labels, of some kinds of record."""
    found: dict[str, str] = {}
    for kind in kinds:
        entity = CARDS.get(kind) or ENTITIES[kind]
        if kind in ENTITIES:
            found = {n: _(f.label) for n, f in fields(entity).items()} | found
    return found


class HistoryFilters(QWidget):
    """`changed` when something else is asked for; `of` names the one record it is about."""

    changed = Signal()

    def __init__(self, context: Context, of: tuple[str, int] | None) -> None:
        super().__init__()
        self._of = of
        self.people, self.kinds, self.fields = Combo(), Combo(), Combo()
        self.period = PeriodEdit((None, None), context.office)
        self.words = QLineEdit()
        self.words.setPlaceholderText(_("words"))
        self.words.setClearButtonEnabled(True)
        named = (
            (self.people, _("Person"), 132),
            (self.kinds, _("Kind of record"), 146),
            (self.fields, _("Field"), 136),
            (self.period, _("Period"), 166),
            (self.words, _("Words"), 112),
        )
        self.parts = [widget for widget, _name, _width in named]
        for widget, name, width in named:
            widget.setAccessibleName(name)
            widget.setToolTip(name)
            widget.setMaximumWidth(width)
            widget.setMinimumWidth(width - 40)
        self.people.addItem(_("Everybody"), None)
        self.kinds.addItem(_("All kinds"), "")
        self._fill_kinds()
        self._fill_fields()
        line = bar(*self.parts, None)
        inner = line.layout()
        assert inner is not None
        self.setLayout(inner)
        self.setFixedHeight(line.height())
        self.kinds.setVisible(self._of is None)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self.changed)
        for box in (self.people, self.fields):
            box.currentIndexChanged.connect(self.changed)
        self.kinds.currentIndexChanged.connect(self._kind_chosen)
        self.period.period_changed.connect(self.changed)
        self.words.textChanged.connect(self._typing.start)

    def _fill_kinds(self) -> None:
        if self._of is None:
            names = {kind: kind_name(kind) for kind in (*ENTITIES, *CARDS)}
            self.kinds.addItem(_("Access and prints"), ACCESS)
            for kind, name in sorted(names.items(), key=lambda pair: pair[1]):
                self.kinds.addItem(name, kind)

    def _fill_fields(self) -> None:
        kind = self._of[0] if self._of is not None else self.kinds.currentData()
        self.fields.blockSignals(True)
        self.fields.clear()
        self.fields.addItem(_("All fields"), "")
        if kind in ENTITIES:
            more = ALONG.get(kind, ()) if self._of is not None else ()
            for name, label in field_names((kind, *more)).items():
                self.fields.addItem(label, name)
        self.fields.setEnabled(self.fields.count() > 1)
        self.fields.blockSignals(False)

    def _kind_chosen(self) -> None:
        self._fill_fields()
        self.changed.emit()

    def add(self, widget: QWidget) -> None:
        """Put a button at the end."""
        inner = self.layout()
        assert inner is not None
        inner.addWidget(widget)

    def set_record(self, of: tuple[str, int]) -> None:
        """Ask for another record of the same kind."""
        self._of = of

    def set_people(self, people: Mapping[int, str]) -> None:
        """The operators one can choose from."""
        if self.people.count() == 1:
            for id_, name in people.items():
                self.people.addItem(name, id_)

    def wanted(self) -> Wanted:
        """What is asked for now."""
        first, last = self.period.period
        return Wanted(
            of=self._of,
            table=self.kinds.currentData() or "",
            operator=self.people.currentData(),
            field=self.fields.currentData() or "",
            since=datetime.combine(first, time(), zone()) if first else None,
            until=datetime.combine(last + timedelta(days=1), time(), zone()) if last else None,
            words=self.words.text().strip(),
        )
