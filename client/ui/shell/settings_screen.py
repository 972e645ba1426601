"""The settings: a list of pages at the left, the chosen page beside it."""

from typing import Any

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from client.i18n import _
from client.ui.icons import paint_icon
from client.ui.kit import paint as kit_paint
from client.ui.screen import Navigator, ScreenSpec
from client.ui.tables.delegate import Index
from client.ui.theme import font, size, theme

LIST_WIDTH = 190
_KEY = Qt.ItemDataRole.UserRole
_ICON = Qt.ItemDataRole.UserRole + 1


class _PageDelegate(QStyledItemDelegate):
    """Looks like the navigation: soft selection with a bar, a ring when it has the keys."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, rect, state = theme(), option.rect.adjusted(6, 0, -6, 0), option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(kit_paint.NO_PEN)
        if chosen or over:
            painter.setBrush(look.color("select" if chosen else "hover"))
            painter.drawRoundedRect(rect, 4, 4)
        if chosen:
            painter.setBrush(look.color("accent"))
            painter.drawRoundedRect(rect.x(), rect.y() + 8, 3, rect.height() - 16, 1.5, 1.5)
        painter.restore()
        box = QRect(rect.x() + 10, rect.y() + (rect.height() - 16) // 2, 16, 16)
        token = "accent" if chosen else "text2"
        paint_icon(painter, index.data(_ICON), box, look.color(token))
        painter.setFont(font())
        painter.setPen(look.color("on_select" if chosen else "text"))
        painter.drawText(rect.adjusted(36, 0, -8, 0), kit_paint.MIDDLE, index.data())
        if chosen and state & QStyle.StateFlag.State_HasFocus:
            kit_paint.ring(painter, rect, look.color("accent"))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(LIST_WIDTH // 2, size("nav_item"))


class SettingsScreen(QWidget):
    """Pages are made when first opened; commands go to the page one sees."""

    title_changed = Signal(str)
    status_changed = Signal(str)
    page_changed = Signal()
    help_topic = "settings"

    def __init__(self, context: Any, navigator: Navigator, pages: list[ScreenSpec]) -> None:
        super().__init__()
        self._context, self._navigator = context, navigator
        self._specs = {spec.key: spec for spec in pages}
        self._made: dict[str, QWidget] = {}
        self._list = QListWidget()
        self._list.setFixedWidth(LIST_WIDTH)
        self._list.setItemDelegate(_PageDelegate(self._list))
        self._list.setMouseTracking(True)
        self._list.setProperty("nav", True)
        self._list.setAccessibleName(_("Settings"))
        for spec in pages:
            item = QListWidgetItem(spec.title)
            item.setData(_KEY, spec.key)
            item.setData(_ICON, spec.icon)
            self._list.addItem(item)
        self._stack = QStackedWidget()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        row.addWidget(self._list)
        row.addWidget(self._stack, 1)
        self._list.currentItemChanged.connect(self._chosen)
        self._list.itemActivated.connect(self._enter)
        self.setFocusProxy(self._list)
        if pages:
            self._list.setCurrentRow(0)

    def show_page(self, key: str) -> None:
        """Turn to the page of the screen `key`, and give it the keys."""
        for row in range(self._list.count()):
            if self._list.item(row).data(_KEY) == key:
                self._list.setCurrentRow(row)
                self._enter()

    def page(self) -> str:
        """The key of the page one sees."""
        item = self._list.currentItem()
        return str(item.data(_KEY)) if item is not None else ""

    def active(self) -> QWidget | None:
        """The page that commands are meant for."""
        return self._stack.currentWidget()

    def may_close(self) -> bool:
        """False as soon as one page wants to stay."""
        for key, page in self._made.items():
            ask = getattr(page, "may_close", None)
            if ask is not None:
                self.show_page(key)
                if not ask():
                    return False
        return True

    def _enter(self) -> None:
        """From the list of pages into the page."""
        shown = self._stack.currentWidget()
        if shown is not None:
            shown.setFocus()

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        key = item.data(_KEY)
        if key not in self._made:
            page = self._specs[key].factory(self._context, self._navigator)
            status = getattr(page, "status_changed", None)
            if status is not None:
                status.connect(self.status_changed)
            self._made[key] = page
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(self._made[key])
        self.page_changed.emit()
