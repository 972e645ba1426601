"""The navigation at the left: what there is, how much of it, and what was open last."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from client.i18n import _
from client.ui.icons import paint_icon
from client.ui.kit import hline
from client.ui.kit import paint as kit_paint
from client.ui.kit.labels import Label
from client.ui.theme import font, size, theme

RAIL_BELOW = 1500  # a window narrower than this needs the room


@dataclass(frozen=True)
class NavItem:
    """One entry; a line is drawn between groups."""

    key: str
    icon: str
    text: str
    group: str


class _NavButton(QAbstractButton):
    def __init__(self, key: str, icon: str, text: str, height: int, quiet: bool = False) -> None:
        super().__init__()
        self.key, self._icon, self._quiet = key, icon, quiet
        self.hint, self.alert, self.rail = "", False, False
        self.setText(text)
        self.setAccessibleName(text)
        self.setFixedHeight(height)
        self.setCheckable(not quiet)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_hint(self, hint: str, alert: bool = False) -> None:
        self.hint, self.alert = hint, alert
        self.setAccessibleDescription(hint)
        self.update()

    def set_rail(self, rail: bool) -> None:
        self.rail = rail
        self.setToolTip(self.text() if rail else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(40, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme()
        width, height, chosen = self.width(), self.height(), self.isChecked()
        painter.setFont(font())
        if chosen or self.underMouse() or self.isDown():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(kit_paint.NO_PEN)
            painter.setBrush(look.color("select" if chosen else "hover"))
            painter.drawRoundedRect(self.rect(), 4, 4)
            if chosen:
                painter.setBrush(look.color("accent"))
                painter.drawRoundedRect(QRectF(0, height / 2 - 7, 3, 14), 1.5, 1.5)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        x = (width - 16) // 2 if self.rail else 10
        token = "accent" if chosen else "ghost" if self._quiet else "text2"
        box = QRect(x, (height - 16) // 2, 16, 16)
        paint_icon(painter, self._icon, box, look.color(token))
        if not self.rail:
            self._paint_words(painter, width, height, chosen)
        elif self.alert and self.hint:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(kit_paint.NO_PEN)
            painter.setBrush(look.color("amber"))
            painter.drawEllipse(QRectF(x + 13, height / 2 - 10, 6, 6))
        if self.hasFocus():
            kit_paint.ring(painter, self.rect(), look.color("accent"))

    def _paint_words(self, painter: QPainter, width: int, height: int, chosen: bool) -> None:
        look, metrics, end = theme(), QFontMetrics(font()), width - 10
        if self.hint and self.alert:
            end -= kit_paint.badge_width(self.hint, painter.fontMetrics()) - 2
            kit_paint.badge(painter, end, height / 2, self.hint, "amber")
        elif self.hint:
            taken = metrics.horizontalAdvance(self.hint)
            end -= taken
            painter.setPen(look.color("ghost" if self._quiet else "text2"))
            painter.drawText(QRect(end, 0, taken + 2, height), kit_paint.MIDDLE, self.hint)
        painter.setPen(look.color("on_select" if chosen else "text"))
        if self._quiet and self.hint:
            painter.setPen(look.color("ghost"))
        room = QRect(36, 0, end - 36 - 4, height)
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, kit_paint.MIDDLE, text)


class Navigation(QWidget):
    """A column of entries; folds to a rail of icons with Ctrl+B, or by itself in small windows."""

    chosen = Signal(str)
    recent_chosen = Signal(str)

    def __init__(self, items: list[NavItem]) -> None:
        super().__init__()
        self._buttons: dict[str, _NavButton] = {}
        self._recent: list[_NavButton] = []
        self._narrow = self._rail = False
        self._wish: bool | None = None
        self.setProperty("kind", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(_("Navigation"))
        self._build(items)
        self._show_rail(False)

    def _build(self, items: list[NavItem]) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 8, 6, 4)
        column.setSpacing(0)
        group = items[0].group if items else ""
        for item in items:
            if item.group != group:
                column.addSpacing(4)
                column.addWidget(hline(strong=True))
                column.addSpacing(4)
                group = item.group
            button = _NavButton(item.key, item.icon, item.text, size("nav_item"))
            button.clicked.connect(self._clicked)
            self._buttons[item.key] = button
            column.addWidget(button)
        self._caption = Label(_("Recent"), "text2")
        self._caption.setContentsMargins(10, 16, 0, 6)
        self._caption.hide()
        column.addWidget(self._caption)
        self._recents = QVBoxLayout()
        self._recents.setSpacing(0)
        column.addLayout(self._recents)
        column.addStretch(1)
        self._fold = _NavButton("", "caret-double-left", _("Collapse"), size("nav_item"), True)
        self._fold.set_hint("Ctrl+B")
        self._fold.clicked.connect(self.toggle)
        column.addWidget(self._fold)

    def set_count(self, key: str, text: str, alert: bool = False) -> None:
        """A number beside an entry; with `alert` it asks for attention."""
        if key in self._buttons:
            self._buttons[key].set_hint(text, alert)

    def set_recent(self, recent: list[tuple[str, str, str]]) -> None:
        """The records opened last, as (icon, text, key)."""
        held = next((button.key for button in self._recent if button.hasFocus()), "")
        for button in self._recent:
            button.hide()
            self._recents.removeWidget(button)
            button.deleteLater()
        self._recent = []
        for icon, text, key in recent:
            button = _NavButton(key, icon, text, 26, True)
            button.setToolTip(text)
            button.clicked.connect(self._recent_clicked)
            self._recents.addWidget(button)
            self._recent.append(button)
        self._show_rail(self._rail)
        for button in self._recent:
            if button.key == held:
                button.setFocus()

    def set_current(self, key: str) -> None:
        for name, button in self._buttons.items():
            button.setChecked(name == key)

    def toggle(self) -> None:
        """Fold or unfold, whatever the window's width says."""
        self._wish = not self._rail
        self._show_rail(self._wish)

    def fit(self, width: int) -> None:
        """Choose by the window's width; a clerk's own choice holds until it changes."""
        narrow = width < RAIL_BELOW
        if narrow != self._narrow:
            self._narrow, self._wish = narrow, None
        self._show_rail(narrow if self._wish is None else self._wish)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        buttons = [*self._buttons.values(), *self._recent, self._fold]
        shown = [button for button in buttons if button.isVisible()]
        places = [place for place, button in enumerate(shown) if button.hasFocus()]
        step = steps.get(Qt.Key(event.key()))
        if step is not None and places:
            shown[(places[0] + step) % len(shown)].setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and places:
            shown[places[0]].click()
        else:
            super().keyPressEvent(event)

    def _show_rail(self, rail: bool) -> None:
        self._rail = rail
        self.setFixedWidth(size("nav_rail") if rail else size("nav"))
        for button in [*self._buttons.values(), self._fold]:
            button.set_rail(rail)
        self._fold._icon = "caret-double-right" if rail else "caret-double-left"
        self._caption.setVisible(bool(self._recent) and not rail)
        for button in self._recent:
            button.setVisible(not rail)

    def _clicked(self) -> None:
        button = self.sender()
        if isinstance(button, _NavButton):
            button.setChecked(True)
            self.chosen.emit(button.key)

    def _recent_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, _NavButton):
            self.recent_chosen.emit(button.key)
