"""Choosing a record of a kind that has many: by typing, or from its list (F7)."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QStringListModel,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QAction, QEnterEvent, QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QCompleter,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from client.context import Context
from client.data import lookups
from client.data.lookups import LARGE, Choice
from client.data.parsing import BadValue, shown
from client.i18n import N_, _, within
from client.model import Entity
from client.ui.grids.grid import Grid
from client.ui.kit import Button, bar
from client.ui.kit.elided import ElidedLine
from client.ui.kit.room import fit_to_screen
from client.ui.theme import icon, theme

TYPING_MS = 120
SHOWN = 12
NARROW = 120  # pixels of a field that has no room for text and icon
POPUP_EDGES = 28  # frame and scrollbar beside the offers


def search(office: Any, kind: type[Entity], text: str) -> tuple[str, list[Choice]]:
    with office.session() as session:
        return text, lookups.search(session, kind, text, 40)


class _Offers(QStringListModel):
    """The records one may choose; or a quiet line that says there are none."""

    quiet = begins = False

    def say(self, text: str) -> None:
        """Nothing to choose, and why."""
        self.quiet, self.begins = True, False
        self.setStringList([text])

    def begin(self, text: str) -> None:
        """Nothing to choose, but a new record can be made."""
        self.quiet, self.begins = False, True
        self.setStringList([text])

    def offer(self, choices: Sequence[Choice]) -> None:
        self.quiet = self.begins = False
        self.setStringList([choice.text for choice in choices])

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if self.quiet and role == Qt.ItemDataRole.ForegroundRole:
            return theme().color("ghost")
        return super().data(index, role)

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        return Qt.ItemFlag.NoItemFlags if self.quiet else super().flags(index)


class ReferenceEdit(ElidedLine):
    """Type a code, a name or pinyin initials and choose; F4 drops the list, F7 opens it whole.

    The value is the record's id. Records of small kinds are given by `set_choices`, others are
    searched on the server; `set_value` then needs the title as well.
    """

    edited = Signal()
    chosen = Signal(object)  # the Choice, or None
    new_asked = Signal(str)  # what a new record would be called, where `may_create` is set

    def __init__(self, context: Context, kind: type[Entity]) -> None:
        super().__init__()
        self._context, self._kind = context, kind
        self.may_create = False
        self._id: int | None = None
        self._title = ""
        self._choices: Sequence[Choice] = ()
        self._offered: list[Choice] = []
        self._texts = _Offers(self)
        popup = QCompleter(self._texts, self)
        popup.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        popup.setMaxVisibleItems(SHOWN)
        popup.activated.connect(self._activated)
        popup.setWidget(self)
        self._popup, self._list = popup, QListView()
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        popup.setPopup(self._list)
        self._action = QAction(icon("magnifying-glass"), _("Choose from the list (F7)"), self)
        self._action.triggered.connect(self.open_picker)
        self.addAction(self._action, QLineEdit.ActionPosition.TrailingPosition)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._search)
        self.textEdited.connect(self._typed)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """All records of a small kind; a new name is not put under somebody's cursor."""
        self._choices = choices
        untouched = self.text() == self._title and not self.hasFocus()
        if self._id is not None and (not self._title or untouched):
            known = next((choice.title for choice in choices if choice.id == self._id), "")
            self.set_value(self._id, known or self._title)
        if self._list.isVisible() and self._kind not in LARGE:
            self._offer_anew()

    def _offer_anew(self) -> None:
        """Have the open list offer what there is now; the line one is on stays."""
        line = self._list.currentIndex().data()
        if self.text() == self._title:
            self._offer_all()
        else:
            self._search()
        if line in self._texts.stringList():
            row = self._texts.stringList().index(line)
            self._list.setCurrentIndex(self._popup.completionModel().index(row, 0))

    def known_choices(self) -> list[Choice]:
        """What is known of the records one may choose."""
        mine = [Choice(self._id, "", self._title)] if self._id is not None else []
        return [*self._choices, *self._offered, *mine]

    def value(self) -> int | None:
        """The id; raises BadValue for a text that names no record."""
        text = self.text().strip()
        if self.text() == self._title:
            return self._id  # also of a record that has no title here
        if not text:
            return None
        if not self._settle():
            plural = _(self._kind.PLURAL)
            raise BadValue(N_("'{text}' is not among: {plural}"), text=shown(text), plural=plural)
        return self._id

    def set_value(self, value: int | None, title: str = "") -> None:
        """Show the record `value`."""
        known = next((choice.title for choice in self._choices if choice.id == value), "")
        self._id, self._title = value, title or known
        show_text(self, self._title if value is not None else "")

    def set_readonly(self, readonly: bool) -> None:
        self.setReadOnly(readonly)
        self._fit()

    def _fit(self) -> None:
        """In a narrow field the text has the icon's room until somebody comes to the field."""
        needed = self.width() >= NARROW or self.hasFocus() or self.underMouse()
        self._action.setVisible(needed and not self.isReadOnly())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._fit()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F7 and not self.isReadOnly():
            self.open_picker()
        elif event.key() in (Qt.Key.Key_F4, Qt.Key.Key_Down) and not self.isReadOnly():
            self._offer_all()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._fit()
        if event.reason() == Qt.FocusReason.PopupFocusReason:
            return
        if self.text() != self._title:
            self._settle()
        else:
            self.set_choices(self._choices)

    def open_picker(self) -> None:
        """Choose from the whole list in a window of its own."""
        dialog = PickerDialog(self._context, self._kind, self.window())
        if self.text() != self._title:
            dialog.search(self.text())
        dialog.picked.connect(self.take)
        dialog.open()

    def _typed(self) -> None:
        self.edited.emit()
        self._typing.start()

    def _search(self) -> None:
        text = self.text().strip()
        if not text:
            self._list.hide()
        elif self._kind in LARGE:
            work = partial(search, self._context.office, self._kind, text)
            self._context.jobs.run(self, work, self._found)
        else:
            self._offer(lookups.matches(self._choices, text))

    def _found(self, result: tuple[str, list[Choice]]) -> None:
        if result[0] == self._wanted():  # else something else was typed or chosen meanwhile
            self._offer(result[1])

    def _offer_all(self) -> None:
        if self._kind in LARGE:
            work = partial(search, self._context.office, self._kind, self._wanted())
            self._context.jobs.run(self, work, self._found)
        else:
            self._offer([choice for choice in self._choices if choice.active])

    def _wanted(self) -> str:
        """What is typed to find a record; empty where one is named already."""
        return self.text().strip() if self.text() != self._title else ""

    def _offer(self, choices: list[Choice]) -> None:
        self._offered = choices
        self._texts.offer(choices)
        if not self.hasFocus():
            self._list.hide()
        elif not choices and self.may_create and self.text().strip():
            self._texts.begin(new_text(self._kind, self.text()))
            self._drop()
            self._list.setCurrentIndex(self._popup.completionModel().index(0, 0))
        elif not choices:
            plural = _(self._kind.PLURAL)
            self._texts.say(_("No match: {plural}").format(plural=plural))
            self._drop()
        else:
            self._drop()
            self._list.setCurrentIndex(self._popup.completionModel().index(0, 0))

    def _drop(self) -> None:
        """Show the offers under the field, wide enough to be read."""
        wanted = self._list.sizeHintForColumn(0) + POPUP_EDGES
        self._popup.complete(QRect(0, 0, max(self.width(), wanted), self.height()))

    def _activated(self, text: str) -> None:
        found = next((choice for choice in self._offered if choice.text == text), None)
        if found is not None:
            self.take(found)
        elif self._texts.begins:
            self.new_asked.emit(self.text().strip())

    def take(self, choice: Choice, go: bool = True) -> None:
        """Name this record, and `go` to the field."""
        self._typing.stop()
        changed = choice.id != self._id
        self.set_value(choice.id, choice.title)
        if go:
            self.setFocus()
        if changed:
            self.edited.emit()
        self.chosen.emit(choice)

    def _settle(self) -> bool:
        """Take what is typed for a record if it names exactly one."""
        text = self.text().strip()
        if not text:
            self._id, self._title = None, ""
            return True
        if text == self._title:
            return True
        pool = self._offered if self._kind in LARGE else lookups.matches(self._choices, text)
        exact = [choice for choice in pool if text in (choice.code, choice.title, choice.text)]
        if len(exact) == 1:
            self.set_value(exact[0].id, exact[0].title)
            self.chosen.emit(exact[0])
        return len(exact) == 1


def show_text(line: QLineEdit, text: str) -> None:
    """Show a text from its beginning; where one is in a field that says the same, the cursor and
    what is selected stay."""
    if text != line.text() or not line.hasFocus():
        line.setText(text)
        line.setCursorPosition(0)


def new_text(kind: type[Entity], text: str) -> str:
    """What the line says that makes a new record of a kind."""
    label, name = within(_(kind.LABEL)), shown(text)
    return _("New {kind}").format(kind=label) + f" · {name}"


class PickerDialog(QDialog):
    """The list of a kind of record, to choose one from; what is typed narrows it."""

    picked = Signal(object)

    def __init__(self, context: Context, kind: type[Entity], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_(kind.PLURAL))
        fit_to_screen(self, 720, 480)
        self._context, self._kind = context, kind
        self._text = QLineEdit()
        self._text.setPlaceholderText(_("Name, number, phone or initials…"))
        self._text.setAccessibleName(_("Search"))
        self._text.addAction(icon("magnifying-glass"), QLineEdit.ActionPosition.LeadingPosition)
        self.grid = Grid(context, kind, bare=True, key=f"pick/{kind.__name__}")
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._narrow)
        self._text.textEdited.connect(self._typing_on)
        self._text.returnPressed.connect(self._pick_current)
        self.grid.opened.connect(self._pick)
        take = Button(_("Choose"), "Enter", "check", "primary")
        leave = Button(_("Cancel"), "Esc")
        take.clicked.connect(self._pick_current)
        leave.clicked.connect(self.reject)
        top = QHBoxLayout()
        top.setContentsMargins(12, 8, 12, 8)
        top.addWidget(self._text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.grid, 1)
        column.addWidget(bar(take, leave, None, kind="footbar"))

    def search(self, text: str) -> None:
        """Begin with a search."""
        self._text.setText(text)
        self._narrow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._text.hasFocus():
            self.grid.table.setFocus()
        else:
            super().keyPressEvent(event)

    def _typing_on(self) -> None:
        self._typing.start()

    def _narrow(self) -> None:
        self.grid.search(self._text.text())

    def _pick_current(self) -> None:
        if self._typing.isActive():
            return
        number = self.grid.current_id() or self.grid.model.id_at(0)
        if number is not None:
            self._pick(number)

    def _pick(self, number: int) -> None:
        work = partial(by_id, self._context.office, self._kind, number)
        self._context.jobs.run(self, work, self._picked)

    def _picked(self, found: list[Choice]) -> None:
        if found:
            self.picked.emit(found[0])
            self.accept()


def by_id(office: Any, kind: type[Entity], number: int) -> list[Choice]:
    with office.session() as session:
        return lookups.by_ids(session, kind, [number])
