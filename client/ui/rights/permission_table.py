"""The table of permissions: a line for each module, a column for each action, boxes to tick.

For a role, a box is on or off. For one operator, it is as in the role, allowed, or refused.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import (
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from client.i18n import N_, _
from client.model.operator import ACTIONS, MODULES, PAIRS
from client.ui.kit import paint as kit_paint
from client.ui.kit.scroller import bring_into_sight
from client.ui.tables.model import FlatModel, Index
from client.ui.theme import font, size, theme

CELL_WIDTH, BOX, EDGE = 34, 14, 12
SAID = {
    "on": N_("allowed"),
    "off": N_("not allowed"),
    "role_on": N_("as the role: allowed"),
    "role_off": N_("as the role: not allowed"),
    "allowed": N_("allowed to this person"),
    "refused": N_("refused to this person"),
}


class MatrixModel(FlatModel):
    """`role` holds the role's permissions as `module.action`; if `personal`, `given` holds one
    operator's exceptions.
    """

    def __init__(self, personal: bool) -> None:
        super().__init__()
        self.personal, self.readonly = personal, False
        self.role: frozenset[str] = frozenset()
        self.given: dict[str, bool] = {}

    def length(self) -> int:
        return len(MODULES)

    def width(self) -> int:
        return len(ACTIONS)

    def pair(self, index: Index) -> str:
        """Module and action of a cell; empty where the module has no such action."""
        module, action = MODULES[index.row()][0], ACTIONS[index.column()][0]
        return f"{module}.{action}" if action in PAIRS[module] else ""

    def state(self, pair: str) -> str:
        """One of the words of SAID."""
        on = pair in self.role
        if not self.personal:
            return "on" if on else "off"
        if pair in self.given:
            return "allowed" if self.given[pair] else "refused"
        return "role_on" if on else "role_off"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        pair = self.pair(index)
        if not pair:
            return None
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            module, action = MODULES[index.row()][1], ACTIONS[index.column()][1]
            return f"{_(module)} · {_(action)}: {_(SAID[self.state(pair)])}"
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        names = ACTIONS if orientation == Qt.Orientation.Horizontal else MODULES
        return _(names[section][1])

    def flags(self, index: Index) -> Qt.ItemFlag:
        on = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return on if self.pair(index) else Qt.ItemFlag.NoItemFlags

    def turn(self, index: Index) -> bool:
        """Put a cell into its next state; returns whether that changed anything."""
        pair = self.pair(index)
        if not pair or self.readonly:
            return False
        if not self.personal:
            self.role ^= {pair}
        elif pair not in self.given:
            # First the other way: that is what one comes here for.
            self.given[pair] = pair not in self.role
        elif self.given[pair] != (pair in self.role):
            self.given[pair] = pair in self.role
        else:
            del self.given[pair]
        self.dataChanged.emit(index, index)
        return True

    def spread(self, index: Index) -> None:
        """Put every box of a line into the state of this one."""
        pattern, row = self.pair(index), index.row()
        for column in range(self.columnCount()):
            pair = self.pair(self.index(row, column))
            if not pair:
                continue
            if not self.personal:
                self.role = self.role | {pair} if pattern in self.role else self.role - {pair}
            elif pattern in self.given:
                self.given[pair] = self.given[pattern]
            else:
                self.given.pop(pair, None)
        self.dataChanged.emit(self.index(row, 0), self.index(row, self.columnCount() - 1))

    def show(self, role: Iterable[str], given: Mapping[str, bool]) -> None:
        self.role, self.given = frozenset(role), dict(given)
        last = self.index(self.rowCount() - 1, self.columnCount() - 1)
        self.dataChanged.emit(self.index(0, 0), last)


class _BoxDelegate(QStyledItemDelegate):
    """Draws boxes; a state is told by its shape first, then by its colour."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view, look, rect = self.parent(), theme(), option.rect
        assert isinstance(view, PermissionTable)
        kit_paint.hair(painter, rect, look.color("line"))
        pair = view.rules.pair(index)
        if pair:
            box = QRect(0, 0, BOX, BOX)
            box.moveCenter(rect.adjusted(0, 0, 0, -1).center())
            _draw_box(painter, box, view.rules.state(pair), view.rules.readonly)
        if view.hasFocus() and index == view.currentIndex():
            kit_paint.ring(painter, rect.adjusted(0, 0, 0, -1), look.color("accent"))


def _draw_box(painter: QPainter, box: QRect, state: str, readonly: bool) -> None:
    look = theme()
    fills = {"on": "field_ro" if readonly else "accent_fill"}
    fills |= {"allowed": "green_soft", "refused": "red_soft"}
    inks = {"on": "text" if readonly else "on_accent", "role_on": "text2"}
    inks |= {"allowed": "green", "refused": "red"}
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    bare = state.startswith("role") or (readonly and state in ("on", "off"))
    if not bare:
        fill = fills.get(state, "field")
        edge = inks[state] if state in ("allowed", "refused") else "field_base"
        painter.setPen(look.color("accent_fill" if fill == "accent_fill" else edge))
        painter.setBrush(look.color(fill))
        painter.drawRoundedRect(box.adjusted(0, 0, -1, -1).toRectF().translated(0.5, 0.5), 2, 2)
    painter.restore()
    shape = {"off": "", "role_off": "", "refused": "cross"}.get(state, "check")
    middle = box.y() + BOX / 2
    if shape:
        kit_paint.state(painter, box.x() + 3, middle, shape, look.color(inks[state]))
    elif bare:
        painter.fillRect(box.x() + 5, round(middle), 4, 1, look.color("ghost"))


def _prepare_head(painter: QPainter, rect: QRect, ground: str, line: str, ink: str) -> None:
    """Ground and lower line of a head's section; what is written comes in the ink."""
    look = theme()
    painter.fillRect(rect, look.color(ground))
    kit_paint.hair(painter, rect, look.color(line))
    painter.setFont(font())
    painter.setPen(look.color(ink))


class _UprightHeader(QHeaderView):
    """Names of actions over narrow columns; written upwards where one is too long."""

    def __init__(self, view: "PermissionTable") -> None:
        super().__init__(Qt.Orientation.Horizontal, view)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setDefaultSectionSize(CELL_WIDTH)
        self.setMinimumSectionSize(CELL_WIDTH)
        metrics = QFontMetrics(font())
        self._longest = max(metrics.horizontalAdvance(_(label)) for _action, label in ACTIONS)
        self._upright = self._longest > CELL_WIDTH - 6

    def sizeHint(self) -> QSize:
        height = self._longest + 14 if self._upright else size("header")
        return QSize(super().sizeHint().width(), height)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        painter.save()
        _prepare_head(painter, rect, "header", "line_strong", "text2")
        text = self.model().headerData(section, Qt.Orientation.Horizontal)
        if self._upright:
            painter.translate(rect.x(), rect.bottom())
            painter.rotate(-90)
            box = QRect(7, 0, rect.height() - 8, rect.width())
            painter.drawText(box, kit_paint.MIDDLE, text)
        else:
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()


class _ModuleHeader(QHeaderView):
    def __init__(self, view: "PermissionTable") -> None:
        super().__init__(Qt.Orientation.Vertical, view)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setDefaultSectionSize(size("row"))
        metrics = QFontMetrics(font())
        longest = max(metrics.horizontalAdvance(_(label)) for _module, label in MODULES)
        self.setFixedWidth(longest + EDGE + 10)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        painter.save()
        _prepare_head(painter, rect, "surface", "line", "text")
        text = self.model().headerData(section, Qt.Orientation.Vertical)
        painter.drawText(rect.adjusted(EDGE, 0, -4, -1), kit_paint.MIDDLE, text)
        painter.restore()


class PermissionTable(QTableView):
    """`edited` when a box was turned. Arrows move, Space turns a box, Shift+Space a line.

    As the editor of a form's field, its value is the exceptions of one operator.
    """

    edited = Signal()

    def __init__(self, personal: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rules = MatrixModel(personal)
        self.setModel(self.rules)
        self.setItemDelegate(_BoxDelegate(self))
        self.setHorizontalHeader(_UprightHeader(self))
        self.setVerticalHeader(_ModuleHeader(self))
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("Permissions"))
        self.setMinimumWidth(200)
        self.setMaximumWidth(self.whole_width())
        self._fit()
        self.setCurrentIndex(self.rules.index(0, 0))
        self.selectionModel().currentChanged.connect(self._show_current)
        theme().changed.connect(self.viewport().update)

    def _show_current(self, index: Index) -> None:
        """Scroll what the table stands in to the box that has the keys."""
        if self.hasFocus():
            at = self.visualRect(index).translated(self.viewport().pos())
            bring_into_sight(self, at)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as all lines, and the scroll bar under them where not all columns have room."""
        height = self.horizontalHeader().sizeHint().height() + len(MODULES) * size("row")
        narrow = self.width() < self.whole_width()
        beside = self.horizontalScrollBar().sizeHint().height() if narrow else 0
        self.setFixedHeight(height + beside)

    def whole_width(self) -> int:
        """What all columns need."""
        return self.verticalHeader().width() + len(ACTIONS) * CELL_WIDTH

    # An editor like those of other fields

    def value(self) -> dict[str, bool]:
        return dict(self.rules.given)

    def set_value(self, value: Mapping[str, bool] | None) -> None:
        self.rules.show(self.rules.role, value or {})
        self._stay()

    def set_readonly(self, readonly: bool) -> None:
        self.rules.readonly = readonly
        self.viewport().update()

    def show_role(self, pairs: Iterable[str]) -> None:
        """The permissions that the role gives."""
        self.rules.show(pairs, self.rules.given)
        self._stay()

    # What the clerk does

    def turn(self, pair: str) -> None:
        """Put the box of `module.action` into its next state."""
        for row in range(self.rules.rowCount()):
            for column in range(self.rules.columnCount()):
                index = self.rules.index(row, column)
                if self.rules.pair(index) == pair:
                    self._turn(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._turn_line(self.currentIndex())
            else:
                self._turn(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self._turn(index)

    def _turn(self, index: Index) -> None:
        if self.rules.turn(index):
            self.edited.emit()

    def _turn_line(self, index: Index) -> None:
        """Give the whole line the state that the current box gets."""
        if self.rules.turn(index):
            self.rules.spread(index)
            self.edited.emit()

    def _stay(self) -> None:
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self.rules.index(0, 0))
        self.viewport().update()
