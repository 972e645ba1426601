"""Which widget edits which kind of value: the only place that says so.

Every editor has `value()`, which raises BadValue with the sentence to show, `set_value()`,
`set_readonly()` and the signal `edited`. Values are exact: Decimal, date, id, bool or text. What
nobody typed is given back as it was set, however it would be read if it were typed.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Protocol

from PySide6.QtCore import QDate, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCalendarWidget,
    QCheckBox,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QWidget,
)

from client.context import Context
from client.data import formats
from client.data.lookups import Choice
from client.data.parsing import BadValue, clean_text
from client.i18n import N_, _
from client.model import CodeTable, Field
from client.ui.forms.pickers import ReferenceEdit, show_text
from client.ui.forms.picture import PictureEditor
from client.ui.kit.combo import Combo
from client.ui.kit.elided import ElidedLine
from client.ui.theme import icon, size

RIGHT_ALIGNED = ("money", "price", "quantity", "percent", "integer")


class Editor(Protocol):
    """What a form asks of the widget of a field."""

    edited: Any

    def value(self) -> Any: ...

    def set_value(self, value: Any) -> None: ...

    def set_readonly(self, readonly: bool) -> None: ...


class LineEditor(ElidedLine):
    """Text, codes, phones and numbers: what is typed is read and shown again in good form."""

    edited = Signal()

    def __init__(self, context: Context, field: Field) -> None:
        super().__init__()
        self.field = field
        self._set: tuple[str, Any] = "", [] if field.kind == "tags" else None
        self.setClearButtonEnabled(False)
        if field.kind in RIGHT_ALIGNED:
            self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.textEdited.connect(self.edited)
        self.textChanged.connect(self.setToolTip)

    def value(self) -> Any:
        text, value = self._set
        if self.text() != text:
            value = formats.parse(self.field, self.text())
        return [] if value is None and self.field.kind == "tags" else value

    def set_value(self, value: Any) -> None:
        show_text(self, formats.text_of(self.field, value))
        self._set = self.text(), value

    def set_readonly(self, readonly: bool) -> None:
        self.setReadOnly(readonly)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() == Qt.FocusReason.ActiveWindowFocusReason:
            return  # one looks something up elsewhere, and goes on where one was
        self.tidy()
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.setCursorPosition(0)  # a long text shows its beginning

    def tidy(self) -> None:
        """Show what is typed in good form, if it can be read."""
        if self.isReadOnly() or not self.isModified():
            return
        try:
            text = formats.text_of(self.field, self.value())
        except BadValue:
            return
        if text != self.text():
            self.setText(text)


class DateEditor(LineEditor):
    """A date as one types it (`0915`, `+7`, `月末`) or picks it from a calendar (F4)."""

    def __init__(self, context: Context, field: Field) -> None:
        super().__init__(context, field)
        self._pick = QAction(icon("calendar-blank"), _("Calendar (F4)"), self)
        self._pick.triggered.connect(self.open_calendar)
        self.addAction(self._pick, QLineEdit.ActionPosition.TrailingPosition)
        self._calendar: QCalendarWidget | None = None

    def set_readonly(self, readonly: bool) -> None:
        super().set_readonly(readonly)
        self._pick.setVisible(not readonly)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F4 and not self.isReadOnly():
            self.open_calendar()
        else:
            super().keyPressEvent(event)

    def open_calendar(self) -> None:
        if self._calendar is None:
            self._calendar = QCalendarWidget(self)
            self._calendar.setWindowFlag(Qt.WindowType.Popup)
            self._calendar.setVerticalHeaderFormat(
                QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader
            )
            self._calendar.activated.connect(self._picked)
            self._calendar.clicked.connect(self._picked)
        try:
            day = self.value() or formats.today()
        except BadValue:
            day = formats.today()
        self._calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        self._calendar.move(self.mapToGlobal(QPoint(0, self.height())))
        self._calendar.show()
        self._calendar.setFocus()

    def _picked(self, day: QDate) -> None:
        assert self._calendar is not None
        self._calendar.hide()
        self.set_value(date(day.year(), day.month(), day.day()))
        self.edited.emit()
        self.setFocus()


class LongEditor(QPlainTextEdit):
    """Text of several lines; Tab leaves it."""

    edited = Signal()

    def __init__(self, context: Context, field: Field) -> None:
        super().__init__()
        self.field = field
        self._set: tuple[str, str | None] = "", None
        self.setTabChangesFocus(True)
        self.setFixedHeight(2 * size("field") + 12)
        self.textChanged.connect(self.edited)

    def value(self) -> str | None:
        typed = self._typed()
        return formats.fitting(self.field, typed) if typed and typed != self._set[1] else typed

    def _typed(self) -> str | None:
        text, value = self._set
        return value if self.toPlainText() == text else clean_text(self.toPlainText()) or None

    def set_value(self, value: str | None) -> None:
        if self._typed() != value:
            with QSignalBlocker(self):
                self.setPlainText(value or "")
        self._set = self.toPlainText(), value

    def set_readonly(self, readonly: bool) -> None:
        self.setReadOnly(readonly)


class YesNoEditor(QCheckBox):
    """A box to tick; what ticking it means stands beside it where the label is too short."""

    edited = Signal()

    def __init__(self, context: Context, field: Field) -> None:
        super().__init__(_(field.help) if field.help else "")
        self.setFixedHeight(size("field"))
        self.clicked.connect(self.edited)

    def value(self) -> bool:
        return self.isChecked()

    def set_value(self, value: bool | None) -> None:
        self.setChecked(bool(value))

    def set_readonly(self, readonly: bool) -> None:
        self.setEnabled(not readonly)


class ChoiceEditor(Combo):
    """One of a few values; also records of a small code table."""

    edited = Signal()

    def __init__(self, context: Context, field: Field) -> None:
        super().__init__()
        self.field = field
        self.nullable = field.target is not None
        self._choices: Sequence[Choice] = ()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumContentsLength(3)
        self.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        if field.target is None:
            self.set_nullable(False)
        self.activated.connect(self.edited)

    def set_nullable(self, nullable: bool) -> None:
        """Whether none of the fixed values may be chosen as well."""
        self.nullable = nullable
        self._fill([(value, _(label)) for value, label in self.field.choices])
        self.setCurrentIndex(0)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer the active ones of `choices`, and what is chosen already."""
        self._choices = choices
        self.set_value(self.value())

    def offer(self, entries: Sequence[tuple[str, str]]) -> None:
        """Offer these values, each with its text, instead of the field's own."""
        value = self.value()
        self._fill(list(entries))
        self.setCurrentIndex(self.findData(value))

    def value(self) -> Any:
        return self.currentData()

    def set_value(self, value: Any) -> None:
        text = self.itemText(self.findData(value))
        if self.field.target is not None:
            shown = [c for c in self._choices if c.active or c.id == value]
            self._fill([(choice.id, choice.title) for choice in shown])
        place = self.findData(value)
        if place < 0 and value is not None:
            self.addItem(text or str(value), value)
            place = self.count() - 1
        self.setCurrentIndex(place)

    def set_readonly(self, readonly: bool) -> None:
        self.setEnabled(not readonly)
        if bool(self.property("readonly")) != readonly:
            # It is read as a line of text is, and not taken for what cannot be chosen just now.
            self.setProperty("readonly", readonly)
            self.style().unpolish(self)
            self.style().polish(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the form; it changes a value only in the field one is in."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _fill(self, entries: list[tuple[Any, str]]) -> None:
        wanted = [(None, ""), *entries] if self._optional() else entries
        kept = [stored for stored, _text in wanted]
        with QSignalBlocker(self):  # entry by entry, since the list may be open
            for place in reversed(range(self.count())):
                if self.itemData(place) not in kept:
                    self.removeItem(place)
            for place, (stored, text) in enumerate(wanted):
                if place < self.count() and self.itemData(place) == stored:
                    if self.itemText(place) != text:
                        self.setItemText(place, text)
                    continue
                if (moved := self.findData(stored)) > place:
                    self.removeItem(moved)
                self.insertItem(place, text, stored)

    def _optional(self) -> bool:
        """Whether it may be left empty; what the database fills in by itself may not."""
        return self.nullable and not self.field.required


class ReferencesEditor(QListWidget):
    """Several records of a small kind, ticked."""

    edited = Signal()

    def __init__(self, context: Context, field: Field) -> None:
        super().__init__()
        self._set: list[int] = []
        self._chosen: list[int] = []
        self._readonly = False
        self.setProperty("framed", True)
        self.setFixedHeight(4 * size("row") + 4)
        self.itemChanged.connect(self._changed)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        shown = [c for c in choices if c.active or c.id in self._chosen]
        known = [(i.data(Qt.ItemDataRole.UserRole), i.text()) for i in self._items()]
        if known != [(choice.id, choice.text) for choice in shown]:
            self._fill(shown)
        self._show()

    def _fill(self, shown: Sequence[Choice]) -> None:
        at, scrolled = self.currentItem(), self.verticalScrollBar().value()
        current = at.data(Qt.ItemDataRole.UserRole) if at is not None else None
        with QSignalBlocker(self):
            self.clear()
            for choice in shown:
                item = QListWidgetItem(choice.text)
                item.setData(Qt.ItemDataRole.UserRole, choice.id)
                self.addItem(item)
                if choice.id == current:
                    self.setCurrentItem(item)
        self.verticalScrollBar().setValue(scrolled)

    def value(self) -> list[int]:
        chosen = sorted(self._chosen)
        return self._set if chosen == sorted(self._set) else chosen

    def set_value(self, value: Sequence[int] | None) -> None:
        self._set = list(value or ())
        self._chosen = self._set
        self._show()

    def _show(self) -> None:
        with QSignalBlocker(self):
            for item in self._items():
                on = item.data(Qt.ItemDataRole.UserRole) in self._chosen
                item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def set_readonly(self, readonly: bool) -> None:
        self.setEnabled(not readonly)

    def _items(self) -> list[QListWidgetItem]:
        return [self.item(row) for row in range(self.count())]

    def _changed(self) -> None:
        shown = [item.data(Qt.ItemDataRole.UserRole) for item in self._items()]
        ticked = [
            item.data(Qt.ItemDataRole.UserRole)
            for item in self._items()
            if item.checkState() == Qt.CheckState.Checked
        ]
        self._chosen = [number for number in self._chosen if number not in shown] + ticked
        self.edited.emit()


class ReferenceEditor(ReferenceEdit):
    """A record of a kind with many, typed by code, name or initials."""

    def __init__(self, context: Context, field: Field) -> None:
        assert field.target is not None
        super().__init__(context, field.target)
        self.field = field


_EDITORS: dict[str, Callable[[Context, Field], QWidget]] = {
    "text": LineEditor,
    "code": LineEditor,
    "phone": LineEditor,
    "money": LineEditor,
    "price": LineEditor,
    "quantity": LineEditor,
    "percent": LineEditor,
    "integer": LineEditor,
    "moment": LineEditor,
    "tags": LineEditor,
    "date": DateEditor,
    "long": LongEditor,
    "yes_no": YesNoEditor,
    "choice": ChoiceEditor,
    "reference": ReferenceEditor,
    "references": ReferencesEditor,
    "picture": PictureEditor,
}

NOT_EMPTY = N_("This must be filled in.")


def make_editor(context: Context, field: Field, nullable: bool = False) -> Any:
    """The editor of a field; small code tables get a list to choose from.

    `nullable` says that a field of fixed values may stay empty.
    """
    kind = field.kind
    if kind == "reference" and field.target is not None and issubclass(field.target, CodeTable):
        kind = "choice"
    editor = _EDITORS[kind](context, field)
    if nullable and kind == "choice" and field.target is None:
        editor.set_nullable(True)  # type: ignore[attr-defined]
    editor.setObjectName(field.name)
    editor.setToolTip(_(field.help) if field.help else "")
    if field.readonly:
        editor.set_readonly(True)  # type: ignore[attr-defined]
    return editor
