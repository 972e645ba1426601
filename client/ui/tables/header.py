"""The head of a grid: titles, sort marks, and a row of filters inside the head."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHeaderView, QLineEdit

from client.i18n import _
from client.ui.kit import paint as kit_paint
from client.ui.tables.delegate import EDGE, LEFT, PAD, RIGHT, before_box
from client.ui.theme import font, size, theme

if TYPE_CHECKING:
    from client.ui.tables.columns import Column
    from client.ui.tables.table import Table


class FilterEdit(QLineEdit):
    """One column's filter; knows its column, tells its text."""

    filter_changed = Signal(str, str)

    def __init__(self, column: "Column", header: "Header") -> None:
        super().__init__(header)
        self.key = column.key
        self.setPlaceholderText(column.placeholder)
        self.setAlignment(RIGHT if column.right else LEFT)
        self.setAccessibleName(_("Filter: {column}").format(column=column.title))
        self.textChanged.connect(self._tell)

    def _tell(self, text: str) -> None:
        if self.property("on") != bool(text):
            self.setProperty("on", bool(text))
            self.style().unpolish(self)
            self.style().polish(self)
        self.filter_changed.emit(self.key, text)


class Header(QHeaderView):
    """Draws itself; keeps the order asked for as a list of (key, ascending)."""

    sort_requested = Signal(list)
    filter_edited = Signal(str, str)
    left_filters = Signal()

    def __init__(self, view: "Table", filters: bool) -> None:
        super().__init__(Qt.Orientation.Horizontal, view)
        self._view, self._filters = view, filters
        self._font = font()
        self._metrics = QFontMetrics(self._font)
        self._edits: list[FilterEdit] = []
        self.order: list[tuple[str, bool]] = []
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setSectionsClickable(True)
        self.setMinimumSectionSize(28)
        # Never walk a million rows to find a width.
        self.setResizeContentsPrecision(0)
        self.sectionClicked.connect(self._clicked)
        self.sectionResized.connect(self._place)
        self.sectionMoved.connect(self._place)
        self.setAccessibleName(_("Columns"))

    def load(self) -> None:
        """Make the filter fields anew for the columns of the view, keeping typed texts."""
        texts = {edit.key: edit.text() for edit in self._edits}
        for edit in self._edits:
            edit.deleteLater()
        self._edits = []
        for column in self._view.columns if self._filters else ():
            edit = FilterEdit(column, self)
            edit.setText(texts.get(column.key, ""))
            edit.filter_changed.connect(self.filter_edited)
            edit.installEventFilter(self)
            self._edits.append(edit)
        self._place()

    def set_order(self, order: list[tuple[str, bool]]) -> None:
        """Show these sort marks; asks for nothing."""
        self.order = list(order)
        self.viewport().update()

    def set_filter(self, key: str, text: str) -> None:
        for edit in self._edits:
            if edit.key == key:
                edit.setText(text)

    def filters(self) -> dict[str, str]:
        """The filters that hold a text, by column."""
        return {edit.key: edit.text() for edit in self._edits if edit.text()}

    def typed_in(self) -> str:
        """The column whose filter has the keys; empty where none has."""
        return next((edit.key for edit in self._edits if edit.hasFocus()), "")

    def focus_filter(self, key: str = "") -> None:
        """Put the cursor into the filter of `key`, else of the first column shown."""
        for edit in self._edits:
            if edit.isVisible() and edit.key == (key or edit.key):
                edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
                edit.selectAll()
                return

    def sizeHint(self) -> QSize:
        height = size("header") + (size("filter") if self._filters else 0)
        return QSize(super().sizeHint().width(), height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """↓ and Enter go to the rows; Esc empties the filter first."""
        if not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        if event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left_filters.emit()
            return True
        if event.key() == Qt.Key.Key_Escape and isinstance(watched, FilterEdit):
            if watched.text():
                watched.clear()
            else:
                self.left_filters.emit()
            return True
        return super().eventFilter(watched, event)

    def _clicked(self, index: int) -> None:
        several = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
        self.sort_by(self._view.column(index).key, bool(QApplication.keyboardModifiers() & several))

    def sort_by(self, key: str, add: bool = False) -> None:
        """Turn the order of `key` round, or begin with it; `add` keeps the other columns."""
        before = dict(self.order)
        entry = (key, not before.get(key, False))
        if add:
            before[key] = entry[1]
            self.order = list(before.items())
        else:
            self.order = [entry]
        self.viewport().update()
        self.sort_requested.emit(list(self.order))

    def updateGeometries(self) -> None:
        super().updateGeometries()
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        whole = self.viewport().rect()
        painter.fillRect(whole, theme().color("header"))
        kit_paint.hair(painter, whole, theme().color("line_strong"))
        painter.end()
        super().paintEvent(event)

    def paintSection(self, painter: QPainter, rect: QRect, index: int) -> None:
        look, column = theme(), self._view.column(index)
        first, last = self._view.column_layout.is_edge(index)
        height = size("header")
        keys = [key for key, _ascending in self.order]
        place = keys.index(column.key) if column.key in keys else -1
        painter.save()
        painter.fillRect(rect, look.color("header"))
        painter.setFont(self._font)
        painter.setPen(look.color("text" if place >= 0 else "text2"))
        right = EDGE if last and self._view.wide_end else PAD
        room = QRect(rect.x(), rect.y(), rect.width(), height)
        room.adjust(EDGE if first else PAD, 0, -right, 0)
        mark = (9 + (10 if len(keys) > 1 else 0)) if place >= 0 else 0
        mode = Qt.TextElideMode.ElideRight
        title = self._metrics.elidedText(column.title, mode, room.width() - mark)
        painter.drawText(room, RIGHT if column.right else LEFT, title)
        self._paint_before(painter, room, column, title)
        if place >= 0:
            width = self._metrics.horizontalAdvance(title)
            # On figures the mark stands left of the word, which keeps its edge.
            x = room.right() - width - mark - 4 if column.right else room.left() + width + 6
            self._sort_mark(painter, x, room, place, len(keys) > 1)
        kit_paint.hair(painter, rect, look.color("line_strong"))
        if not last:
            between = QRect(rect.x(), rect.y() + 7, rect.width(), height - 14)
            kit_paint.hair(painter, between, look.color("line"), upright=True)
        painter.restore()

    def _paint_before(self, painter: QPainter, room: QRect, column: "Column", title: str) -> None:
        """The head of what stands at the left in a price cell, where both have room."""
        box, width = before_box(room), self._metrics.horizontalAdvance(title)
        if column.before and box.right() + PAD <= room.right() - width:
            painter.setPen(theme().color("ghost"))
            painter.drawText(box, RIGHT, column.before)

    def _sort_mark(
        self, painter: QPainter, x: float, room: QRect, place: int, several: bool
    ) -> None:
        accent = theme().color("accent")
        middle = room.y() + room.height() / 2 + 0.5
        kit_paint.triangle(painter, x, middle, self.order[place][1], accent)
        if several:
            painter.setPen(accent)
            painter.drawText(QRect(round(x) + 9, room.y(), 14, room.height()), LEFT, f"{place + 1}")

    def _place(self) -> None:
        for index, edit in enumerate(self._edits):
            if self.isSectionHidden(index):
                edit.hide()
                continue
            first, _last = self._view.column_layout.is_edge(index)
            inset = EDGE - PAD if first else 0
            edit.setGeometry(
                self.sectionViewportPosition(index) + 3 + inset,
                size("header") + 1,
                self.sectionSize(index) - 6 - inset,
                22,
            )
            edit.show()


__all__ = ["FilterEdit", "Header"]
