"""Buttons with a quiet key hint inside, which teaches the keys without tooltips."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QToolButton,
)

from client.ui.icons import paint_icon
from client.ui.kit import paint as kit_paint
from client.ui.kit.part import ByEnter, Part
from client.ui.theme import font, icon, size, theme

ICON = 16


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
        self._flush = flush
        self.setProperty("kind", kind)
        self.setFont(font())
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(size("field"))
        self.setAccessibleDescription(hint)
        self.setAutoDefault(False)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(font())
        flat = self._kind == "flat"
        width = (
            2 * (8 if flat else 12)
            - (8 if self._flush else 0)
            + metrics.horizontalAdvance(self._plain())
        )
        if self._icon:
            width += ICON + (6 if self._plain() else 0) - (0 if flat else 4)
        if self._hint:
            width += 8 + metrics.horizontalAdvance(self._hint)
        return QSize(max(width + (ICON if self._menu else 0), size("field")), size("field"))

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
        painter.setFont(font())
        metrics = painter.fontMetrics()
        painter.setPen(look.color(main))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic
        painter.drawText(QRect(x, 0, self.width(), height), flags, self.text())
        x += metrics.horizontalAdvance(self._plain()) + 8
        quiet = look.color("ghost" if on and not primary else main)
        if primary and on:
            quiet.setAlphaF(0.86)
        painter.setPen(quiet)
        painter.drawText(QRect(x, 0, self.width(), height), kit_paint.MIDDLE, self._hint)
        if self._menu:
            kit_paint.chevron(painter, self.width() - 22, (height - ICON) / 2)

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
