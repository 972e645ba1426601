"""How the numbers of customers and documents are made, with the next one of each kind."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from client.context import Context
from client.data import number_rules
from client.data.forms import FormData
from client.i18n import _
from client.model import Entity, NumberCard
from client.model.office import NUMBERED, rule_field
from client.ui.forms.card import CardForm
from client.ui.forms.editors import make_editor
from client.ui.forms.fields import FormFields
from client.ui.forms.form import Values
from client.ui.kit import FormGrid, Label, Section, mark_wrong
from client.ui.screen import Navigator

WIDTHS = {"prefix": 110, "date_part": 130, "digits": 64, "reset": 130}
EXAMPLE = 180
GAP = 8


def read(office: Any, _entity: type[Entity], _id: int, _start: Values) -> FormData:
    with office.session() as session:
        return number_rules.load(session)


def write(office: Any, _entity: type[Entity], values: Values, base: Values) -> Values:
    saved: Values = office.run(partial(number_rules.save, values=values, base=base))
    return saved


def _in_line(parts: Mapping[str, QWidget], last: QWidget) -> QWidget:
    """One line of the table: the parts of a rule, then its example."""
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(GAP)
    for part, widget in parts.items():
        widget.setFixedWidth(WIDTHS[part])
        row.addWidget(widget)
    row.addSpacing(GAP)
    last.setMinimumWidth(EXAMPLE)
    row.addWidget(last)
    row.addStretch(1)
    return line


class NumberFields(FormFields):
    """A table: a line for each kind, its parts in columns, the next number at the end."""

    def __init__(self, context: Context) -> None:
        self.examples: dict[str, Label] = {}
        self._lines: dict[str, QWidget] = {}
        self._counted: Mapping[str, Mapping[str, int]] = {}
        self._today: Any = None
        super().__init__(context, NumberCard)
        self.edited.connect(self.show_examples)

    def lay_out(
        self, context: Context, section: Section, names: tuple[str, ...], columns: int
    ) -> None:
        grid = FormGrid(1)
        section.body.addWidget(grid)
        parts = {part: self._known[rule_field("order", part)] for part in WIDTHS}
        heads = {part: Label(_(field.label), "text2") for part, field in parts.items()}
        heads["digits"].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        heads["digits"].setContentsMargins(0, 0, GAP, 0)
        head = _in_line(heads, Label(_("Next number"), "text2"))
        grid.add("", head, message_slot=False)
        for kind, label in NUMBERED:
            editors = {}
            for part, shown in parts.items():
                editor = make_editor(context, self._known[rule_field(kind, part)])
                editor.setAccessibleName(f"{_(label)}: {_(shown.label)}")
                editors[part] = editor
                self.know(rule_field(kind, part), editor, grid)
            self.examples[kind] = Label("")
            self._lines[kind] = _in_line(editors, self.examples[kind])
            grid.add(_(label), self._lines[kind])

    def show_counts(self, values: Values) -> None:
        """Show the kinds that the office numbers, and how far they are."""
        self._counted, self._today = values.get("counted", {}), values.get("today")
        for kind, line in self._lines.items():
            self._grids[rule_field(kind, "prefix")].set_shown(line, kind in values["version"])
        self.show_examples()

    def show_examples(self) -> None:
        """The next number of each rule as it stands now, or what is wrong with it."""
        found, unread = self.values()
        wrong = number_rules.wrong(found) | unread
        alike = number_rules.alike(found)
        for kind, example in self.examples.items():
            own = {name: text for name, text in wrong.items() if name.startswith(f"{kind}.")}
            rule = number_rules.rule_of(found, kind)
            usable = not own and rule["digits"] is not None and self._today is not None
            counted = self._counted.get(kind, {})
            example.setText(number_rules.example(rule, counted, self._today) if usable else "—")
            for part in WIDTHS:
                mark_wrong(self.editors[rule_field(kind, part)], own.get(f"{kind}.{part}", ""))
            said = " ".join(own.values())
            if not said and kind in alike:
                said = _("Looks like the numbers of: {kind}").format(kind=alike[kind])
            self.say(kind, said, "red" if own else "amber")

    def say(self, kind: str, text: str, token: str) -> None:
        """Say something under the line of a kind."""
        grid = self._grids[rule_field(kind, "prefix")]
        grid.set_message(self._lines[kind], text, token)

    def complain(self, name: str, text: str, token: str = "red") -> None:
        if name in self.editors:
            mark_wrong(self.editors[name], text, token)
            self.say(name.partition(".")[0], text, token)

    def check(self) -> tuple[Values, dict[str, str]]:
        found, unread = self.values()
        wrong = number_rules.wrong(found) | unread
        self.show_examples()
        if wrong:
            self.reveal(next(iter(wrong)))
        return found, wrong


class NumbersScreen(CardForm):
    """The page of the number rules."""

    ROW = number_rules.ROW
    fields: NumberFields

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__(context, NumberCard, navigator)

    def make_fields(self) -> FormFields:
        return NumberFields(self.context)

    def reader(self) -> Callable[..., FormData]:
        return read

    def writer(self) -> Callable[..., Values]:
        return write

    def show_record(self, data: FormData) -> None:
        super().show_record(data)
        self.fields.show_counts(data.values)

    def showEvent(self, event: QShowEvent) -> None:
        """Documents were numbered since it was last looked at."""
        super().showEvent(event)
        if self.data is not None:
            self.refresh()
