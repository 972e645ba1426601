"""Colours, sizes and fonts of the program, read from one token file, and light and dark.

Qt's palette and style sheet belong to the whole application, so does the one `theme()`.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from client.ui import icons, qss
from resources import FONTS, ROOT

TOKENS: dict[str, dict[str, Any]] = json.loads((ROOT / "tokens.json").read_text("utf-8"))
WINDOWS_FAMILIES = ["Segoe UI", "Microsoft YaHei UI"]
MODES = ("system", "light", "dark")
ICON_SIZE = 16  # pixels
ROWS = ("row_compact", "row", "row_relaxed")

_ROLES = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "panel",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "panel",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "red",
    QPalette.ColorRole.ToolTipBase: "surface",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.PlaceholderText: "ghost",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.Highlight: "select",
    QPalette.ColorRole.HighlightedText: "on_select",
    QPalette.ColorRole.Light: "surface",
    QPalette.ColorRole.Midlight: "line",
    QPalette.ColorRole.Mid: "line_strong",
    QPalette.ColorRole.Dark: "field_base",
    QPalette.ColorRole.Shadow: "line_strong",
    QPalette.ColorRole.Accent: "accent",
}


class Theme(QObject):
    """Which of the two sets of colours holds now; `changed` when it becomes the other.

    It also keeps how high the rows of all grids are.
    """

    changed = Signal()
    rows_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.mode = "system"
        self.name = "light"
        self.rows = "row"
        self._applied: QApplication | None = None
        self._colors = self._read("light")

    def apply(self, app: QApplication) -> None:
        """Dress `app`; from now on it follows the system's light and dark, if wished."""
        if self._applied is None:
            app.setStyle("Fusion")
            app.setFont(font())
            app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._applied = app
        self._tell_system()
        self.name = self._wanted()
        self._dress()

    def set_mode(self, mode: str) -> None:
        """`system`, `light` or `dark`."""
        self.mode = mode if mode in MODES else "system"
        self._tell_system()
        self._system_changed()

    def set_rows(self, name: str) -> None:
        """How high all grids' rows are: `row_compact`, `row` or `row_relaxed`."""
        self.rows = name if name in ROWS else "row"
        self.rows_changed.emit()

    def color(self, token: str) -> QColor:
        return self._colors[token]

    def colors(self) -> dict[str, str]:
        """Every colour of the present set by name, as `#RRGGBB`."""
        return dict(TOKENS[self.name])

    @contextmanager
    def painted_as(self, name: str) -> Iterator[None]:
        """What is painted meanwhile takes the colours of `name`, like a picture for paper."""
        kept, self._colors = self._colors, self._read(name)
        try:
            yield
        finally:
            self._colors = kept

    def _read(self, name: str) -> dict[str, QColor]:
        return {token: _qcolor(value) for token, value in TOKENS[name].items()}

    def _wanted(self) -> str:
        if self.mode != "system" or self._applied is None:
            return self.mode if self.mode in ("light", "dark") else self.name
        dark = self._applied.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return "dark" if dark else "light"

    def _tell_system(self) -> None:
        """Title bars and file dialogs are the system's: it must know the wish as well."""
        if self._applied is None:
            return
        schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        self._applied.styleHints().setColorScheme(schemes.get(self.mode, Qt.ColorScheme.Unknown))

    def _system_changed(self) -> None:
        wanted = self._wanted()
        if wanted != self.name:
            self.name = wanted
            self._dress()

    def _dress(self) -> None:
        self._colors = self._read(self.name)
        if self._applied is not None:
            self._applied.setPalette(self._palette())
            self._applied.setStyleSheet(qss.application(self.name, self.colors()))
        self.changed.emit()

    def _palette(self) -> QPalette:
        palette = QPalette()
        for role, token in _ROLES.items():
            palette.setColor(role, self.color(token))
        inactive, disabled = QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled
        palette.setColor(inactive, QPalette.ColorRole.Highlight, self.color("select_idle"))
        for role in (
            QPalette.ColorRole.Text,
            QPalette.ColorRole.WindowText,
            QPalette.ColorRole.ButtonText,
        ):
            palette.setColor(disabled, role, self.color("disabled"))
        return palette


def _qcolor(value: str) -> QColor:
    # The file writes transparency last (#RRGGBBAA), Qt reads it first.
    return QColor(f"#{value[7:9]}{value[1:7]}") if len(value) == 9 else QColor(value)


@cache
def theme() -> Theme:
    """The one theme of the application."""
    return Theme()


def space(name: str) -> int:
    """A distance in pixels: xs, s, m, l or xl."""
    return int(TOKENS["space"][name])


def size(name: str) -> int:
    """A height or width in pixels, like `row` or `field`."""
    return int(TOKENS["size"][name])


@cache
def _families() -> tuple[str, ...]:
    names = list(WINDOWS_FAMILIES) if sys.platform == "win32" else []
    for file in ("wqy-microhei.ttc", "hanamin-rare.ttf"):
        path = FONTS / file
        if sys.platform == "win32" and file.startswith("wqy"):
            continue
        number = QFontDatabase.addApplicationFont(str(path)) if path.exists() else -1
        names += QFontDatabase.applicationFontFamilies(number)[:1]
    if sys.platform != "win32" and "WenQuanYi Micro Hei" not in names:
        names.insert(0, "WenQuanYi Micro Hei")
    return tuple(names)


def font(pt: float = 9.0) -> QFont:
    """The program's font; characters it lacks come from the bundled font of rare ones."""
    made = QFont(list(_families()))
    made.setPointSizeF(pt)
    # Hinted strokes of Chinese characters come out uneven.
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def icon(name: str, color_token: str = "text2") -> QIcon:
    """A Phosphor icon that takes its colour from the theme each time it is drawn."""
    return icons.live_icon(name, color_token, ICON_SIZE, lambda token: theme().color(token))


__all__ = ["TOKENS", "Theme", "font", "icon", "size", "space", "theme"]
