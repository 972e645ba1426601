"""Buttons with a quiet key hint inside, which teaches the keys without tooltips."""

from enum import IntEnum

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QToolButton,
    QToolTip,
)

from client.ui.icons import paint_icon
from client.ui.kit import paint as kit_paint
from client.ui.kit.part import ByEnter, Part
from client.ui.theme import font, icon, size, theme

ICON = 16


class Brief(IntEnum):
    """How much of a button is left out where room is short."""

    NO = 0
    NO_HINT = 1
    ICON = 2  # the words are in the tooltip; a button without an icon keeps them


class Button(ByEnter, Part, QPushButton):
    """Icon, text and key hint; `kind` is normal, primary (one a bar) or flat.

    `menu` draws an arrow; use `setMenu` with it. `hint` is shown only, it binds no key.
    `flush` puts the icon of a flat button on the very edge of what it stands in.
    """

    def __init__(
        self,
        text: str,
        hint: str = "",
        icon: str = "",
        kind: str = "normal",
        menu: bool = False,
        flush: bool = False,
    ) -> None:
        super().__init__(text)
        self._hint, self._icon, self._kind, self._menu = hint, icon, kind, menu
        self._flush, self._brief = flush, Brief.NO
        self.setProperty("kind", kind)
        self.setFont(font())
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(size("field"))
        self.setAccessibleDescription(hint)
        self.setAutoDefault(False)

    def set_brief(self, brief: Brief) -> None:
        """Leave out what need not be seen."""
        if brief != self._brief:
            self._brief = brief
            self.updateGeometry()
            self.update()

    def width_as(self, brief: Brief) -> int:
        """How wide it is with so much left out."""
        metrics = QFontMetrics(font())
        flat, plain, hint = self._kind == "flat", self._plain(), self._hint
        if brief == Brief.ICON and self._icon:
            return 8 + ICON + 8 + (ICON if self._menu else 0)
        width = 2 * (8 if flat else 12) - (8 if self._flush else 0)
        width += metrics.horizontalAdvance(plain)
        if self._icon:
            width += ICON + (6 if plain else 0) - (0 if flat else 4)
        if hint and brief == Brief.NO:
            width += 8 + metrics.horizontalAdvance(hint)
        return max(width + (ICON if self._menu else 0), size("field"))

    def sizeHint(self) -> QSize:
        return QSize(self.width_as(self._brief), size("field"))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QPainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        option.text, option.icon = "", QIcon()
        features = QStyleOptionButton.ButtonFeature.HasMenu
        option.features &= ~features
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        look, on, primary = theme(), self.isEnabled(), self._kind == "primary"
        main = "disabled" if not on else "on_accent" if primary else "text"
        second = "disabled" if not on else "on_accent" if primary else "text2"
        if primary and self.hasFocus():
            kit_paint.ring(painter, self.rect().adjusted(2, 2, -2, -2), look.color("on_accent"), 1)
        x, height = 8 if self._icon or self._kind == "flat" else 12, self.height()
        if self._flush:
            x = 1
        if self._icon:
            box = QRect(x, (height - ICON) // 2, ICON, ICON)
            paint_icon(painter, self._icon, box, look.color(second))
            x += ICON + 6
        if not self._is_icon():
            self._paint_words(painter, x, main)
        if self._menu:
            kit_paint.chevron(painter, self.width() - 22, (height - ICON) / 2)

    def _paint_words(self, painter: QPainter, x: int, token: str) -> None:
        look, room, on = theme(), QRect(x, 0, self.width(), self.height()), self.isEnabled()
        painter.setFont(font())
        painter.setPen(look.color(token))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic
        painter.drawText(room, flags, self.text())
        if self._brief != Brief.NO:
            return
        room.moveLeft(x + painter.fontMetrics().horizontalAdvance(self._plain()) + 8)
        primary = self._kind == "primary"
        quiet = look.color("ghost" if on and not primary else token)
        if primary and on:
            quiet.setAlphaF(0.86)
        painter.setPen(quiet)
        painter.drawText(room, kit_paint.MIDDLE, self._hint)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and self._is_icon() and not self.toolTip():
            words = f"{self._plain()} ({self._hint})" if self._hint else self._plain()
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def _is_icon(self) -> bool:
        return self._brief == Brief.ICON and bool(self._icon)

    def _plain(self) -> str:
        return self.text().replace("&", "")


class IconButton(ByEnter, Part, QToolButton):
    """A 26 px square with an icon; the tooltip is its name as well."""

    def __init__(self, icon_name: str, tooltip: str) -> None:
        super().__init__()
        self.setIcon(icon(icon_name))
        self.setIconSize(QSize(ICON, ICON))
        self.setToolTip(tooltip)
        self.setAccessibleName(tooltip)
        self.setFixedSize(size("field"), size("field"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
