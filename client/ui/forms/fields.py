"""The fields of a form, laid out by the kind's FORM: sections that fold, labels on one edge."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QVBoxLayout, QWidget

from client.context import Context
from client.data import formats
from client.data.forms import FormData, nullable
from client.data.lookups import Choice
from client.data.parsing import BadValue
from client.i18n import _
from client.model import Entity, Field, Operator, fields
from client.ui.forms.editors import NOT_EMPTY, make_editor
from client.ui.forms.pickers import ReferenceEdit
from client.ui.kit import FormGrid, Section
from client.ui.kit.scroller import bring_into_sight
from client.ui.tables import marks

WIDE = 18  # characters; half a line of a narrow form cuts what has more
WHOLE = ("long", "references", "tags")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FormFields(QWidget):
    """Shows a record's values and gives back what is typed. `edited` at every change."""

    edited = Signal()

    def __init__(self, context: Context, entity: type[Entity], columns: int = 2) -> None:
        super().__init__()
        self._entity, self._known = entity, fields(entity)
        self.editors: dict[str, Any] = {}
        self.sections: list[Section] = []
        self._grids: dict[str, FormGrid] = {}
        self._loading = False
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 2)
        column.setSpacing(4)
        for title, names in entity.FORM:
            section = Section(_(title))
            column.addWidget(section)
            self.sections.append(section)
            self.lay_out(context, section, names, columns)
        FormGrid.align(list(dict.fromkeys(self._grids.values())))

    def lay_out(
        self, context: Context, section: Section, names: tuple[str, ...], columns: int
    ) -> None:
        """Make the editors of one section."""
        grid = FormGrid(columns)
        section.body.addWidget(grid)
        for name in names:
            self._add(context, grid, self._known[name], columns)

    def _add(self, context: Context, grid: FormGrid, field: Field, columns: int) -> None:
        editor = make_editor(context, field, nullable(self._entity, field.name))
        named = field.target is Operator  # people's names are long, and an icon stands behind them
        wide = field.width >= WIDE or field.kind in WHOLE or named
        grid.add(marks.label(self._entity, field), editor, columns if wide else 1, field.required)
        self.know(field.name, editor, grid)

    def append(self, after: str, label: str, widget: QWidget) -> None:
        """Add a widget that is no field of the record, as a line below the section of the field
        `after`.
        """
        self._grids[after].add(label, widget, span=2, message_slot=False)
        FormGrid.align(list(dict.fromkeys(self._grids.values())))

    def know(self, name: str, editor: Any, grid: FormGrid) -> None:
        """Register the editor of a field, laid out in `grid`."""
        editor.edited.connect(self._edited)
        editor.installEventFilter(self)
        self.editors[name] = editor
        self._grids[name] = grid

    @property
    def known(self) -> Mapping[str, Field]:
        """All fields by name, including those that are no columns of the kind's own table."""
        return self._known

    # Loading

    def show_data(self, data: FormData) -> None:
        """Show a record; nothing counts as typed."""
        self.offer(data.choices)
        self.show_values(data.values, data.titles)

    def offer(self, choices: Mapping[type[Entity], Sequence[Choice]]) -> None:
        """Give the fields what they choose from; what is chosen and typed stays."""
        self._loading = True
        for name, editor in self.editors.items():
            target = self._known[name].target
            if target is not None and target in choices and hasattr(editor, "set_choices"):
                editor.set_choices(choices[target])
        self._loading = False

    def show_values(self, values: Mapping[str, Any], titles: Mapping[str, str]) -> None:
        self._loading = True
        for name, editor in self.editors.items():
            if titles.get(name) and isinstance(editor, ReferenceEdit):
                editor.set_value(values.get(name), titles[name])
            else:
                editor.set_value(values.get(name))
            self.complain(name, "")
        self._loading = False
        self._check_email()

    def set_readonly(self, readonly: bool, always: tuple[str, ...] = ()) -> None:
        """Nothing can be typed when `readonly`; the fields in `always` never."""
        for name, editor in self.editors.items():
            editor.set_readonly(readonly or self._known[name].readonly or name in always)

    # What is typed

    def values(self) -> tuple[dict[str, Any], dict[str, str]]:
        """The values that can be read, and sentences about those that cannot."""
        found, wrong = {}, {}
        for name, editor in self.editors.items():
            try:
                found[name] = editor.value()
            except BadValue as error:
                wrong[name] = str(error)
        return found, wrong

    def check(self) -> tuple[dict[str, Any], dict[str, str]]:
        """As `values`, also demanding what is required; says under each field what is wrong."""
        found, wrong = self.values()
        for name, value in found.items():
            if self._known[name].required and value in (None, ""):
                wrong[name] = _(NOT_EMPTY)
        for name in self.editors:
            self.complain(name, wrong.get(name, ""))
        self._check_email()
        if wrong:
            self.reveal(next(iter(wrong)))
        return found, wrong

    def typed(self) -> dict[str, str]:
        """What cannot be read as a value, as it was typed."""
        _found, wrong = self.values()
        lines = ((name, self.editors[name]) for name in wrong)
        return {name: line.text() for name, line in lines if isinstance(line, QLineEdit)}

    def type_again(self, texts: Mapping[str, str]) -> None:
        """Type the texts again that `typed` gave."""
        for name, text in texts.items():
            if isinstance(self.editors.get(name), QLineEdit):
                self.editors[name].setText(text)

    def complain(self, name: str, text: str, token: str = "red") -> None:
        """Say under a field what is wrong with it; an empty text takes it back."""
        if name in self.editors:
            self._grids[name].set_message(self.editors[name], text, token)

    def hint(self, name: str, text: str) -> None:
        """Point something out under a field that may be kept; a complaint there stays."""
        if name in self.editors and not self.editors[name].property("wrong"):
            self.complain(name, text, "amber")

    def set_shown(self, name: str, shown: bool) -> None:
        """Show or hide a field with its label."""
        self._grids[name].set_shown(self.editors[name], shown)

    def reveal(self, name: str) -> None:
        """Unfold the section of a field and put the cursor there."""
        for section, (_title, names) in zip(self.sections, self._entity.FORM, strict=True):
            if name in names:
                section.set_folded(False)
        if name in self.editors:
            self.editors[name].setFocus(Qt.FocusReason.OtherFocusReason)
            bring_into_sight(self.editors[name])

    def titles(self, values: Mapping[str, Any]) -> dict[str, str]:
        """The titles of the references among `values` that are shown."""
        shown = {name for name in self.editors if self._known[name].kind == "reference"}
        return {name: self.text_of(name, values.get(name)) for name in shown}

    def text_of(self, name: str, value: Any) -> str:
        """A value as people read it; of a reference its title, as far as it is known here."""
        field, editor = self._known[name], self.editors.get(name)
        if isinstance(editor, QComboBox) and field.target is not None:
            place = editor.findData(value)
            return editor.itemText(place) if place >= 0 else str(value or "")
        choices = getattr(editor, "known_choices", None)
        if choices is not None and value is not None:
            return next((c.title for c in choices() if c.id == value), str(value))
        return formats.text_of(field, value)

    def _edited(self) -> None:
        if not self._loading:
            editor = self.sender()
            if isinstance(editor, QWidget):
                self.complain(editor.objectName(), "")
            self.edited.emit()

    def _check_email(self) -> None:
        """An address that cannot be right is pointed out, but may be kept: files bring such."""
        editor = self.editors.get("email")
        text = editor.text().strip() if editor is not None else ""
        if text and not EMAIL.fullmatch(text):
            said = _("Incomplete, e.g. without .com")
            self.hint("email", said)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter goes to the next field."""
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in ENTER
            and event.modifiers() in (Qt.KeyboardModifier.NoModifier, _KEYPAD)
            and isinstance(watched, QLineEdit | QComboBox | QCheckBox)
        ):
            self._go_on(watched)
            return True
        return super().eventFilter(watched, event)

    def _go_on(self, before: QWidget) -> None:
        """To the next field that can be typed in; behind the last, to what follows the fields."""
        follows = before.nextInFocusChain()
        while follows is not None and follows is not before:
            there = follows in self.editors.values() or not self.isAncestorOf(follows)
            takes = follows.focusPolicy() & Qt.FocusPolicy.TabFocus and follows.isEnabled()
            if there and takes and follows.isVisible():
                follows.setFocus(Qt.FocusReason.TabFocusReason)
                bring_into_sight(follows)
                return
            follows = follows.nextInFocusChain()


_KEYPAD = Qt.KeyboardModifier.KeypadModifier
