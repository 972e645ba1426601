"""Tokens: every pair of colours that carries text can be read; icons exist; both sets are whole."""

import ast
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from client.ui import icons, qss
from client.ui.theme import TOKENS, icon, theme

PAIRS = [
    *[(text, ground) for text in ("text", "text2") for ground in ("surface", "panel", "window")],
    *[("text2", ground) for ground in ("select", "select_idle", "header", "neutral_soft")],
    *[("ghost", ground) for ground in ("surface", "field", "panel")],
    ("on_select", "select"),
    ("on_accent", "accent_fill"),
    *[(c, g) for c in ("accent", "amber", "red", "green") for g in ("surface", "panel", "select")],
    *[(c, f"{c}_soft") for c in ("amber", "red", "green")],
]


def luminance(color: QColor) -> float:
    parts = (color.redF(), color.greenF(), color.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read(name, text, ground):
    one, other = (luminance(QColor(TOKENS[name][token])) for token in (text, ground))
    assert (max(one, other) + 0.05) / (min(one, other) + 0.05) >= 4.5


def test_light_and_dark_name_the_same_colours():
    assert TOKENS["light"].keys() == TOKENS["dark"].keys()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_style_sheets_leave_no_name_unfilled(name):
    for sheet in (qss.application(name, TOKENS[name]), qss.docks(name, TOKENS[name])):
        assert "@" not in sheet


def test_every_icon_named_in_the_window_exists():
    named = set()
    for path in Path(icons.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = getattr(getattr(node, "func", None), "id", "")
            if called in ("icon", "IconButton", "EmptyState") and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    named.add(first.value)
            for keyword in getattr(node, "keywords", []):
                if keyword.arg == "icon" and isinstance(keyword.value, ast.Constant):
                    named.add(keyword.value.value)
    assert named
    assert {name for name in named if name} - icons.names().keys() == set()


def test_an_icon_follows_the_theme():
    drawn = icon("users", "text")
    seen = []
    for mode in ("light", "dark"):
        theme().set_mode(mode)
        image = QImage(16, 16, QImage.Format.Format_RGB32)
        image.fill(QColor("#808080"))
        painter = QPainter(image)
        drawn.paint(painter, image.rect())
        painter.end()
        seen.append(image)
    theme().set_mode("light")
    assert seen[0] != seen[1]


def test_an_unknown_icon_fails_where_it_is_asked_for():
    with pytest.raises(KeyError):
        icon("no-such-icon")
