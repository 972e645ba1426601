"""The style sheet: shapes, heights, hover and focus. Colours come as `@token` from the theme.

Whole fields stay 26 px high: a focus border of 2 px takes its second pixel from the padding.
"""

import tempfile
from functools import cache
from pathlib import Path

from resources import ROOT

MARKS = {
    "down": ("text2", '<path d="M4.5 6.5 8 10l3.5-3.5"/>'),
    "down_off": ("disabled", '<path d="M4.5 6.5 8 10l3.5-3.5"/>'),
    "check": ("on_accent", '<path d="M3.8 8.3l2.9 2.9 5.6-6"/>'),
    "dash": ("on_accent", '<path d="M4 8h8"/>'),
    "menu_check": ("accent", '<path d="M3.8 8.3l2.9 2.9 5.6-6"/>'),
    "menu_dot": ("accent", '<circle cx="8" cy="8" r="2.2" fill="COLOR"/>'),
    "cross": ("text2", '<path d="M5 5l6 6M11 5l-6 6"/>'),
    "close": ("ghost", '<path d="M5 5l6 6M11 5l-6 6"/>'),
}
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">'
    '<g fill="none" stroke="COLOR" stroke-width="1.25" stroke-linecap="round" '
    'stroke-linejoin="round">BODY</g></svg>'
)


@cache
def _marks_folder() -> tempfile.TemporaryDirectory[str]:
    """Style sheets take pictures as files only; these live as long as the program."""
    return tempfile.TemporaryDirectory(prefix="kehu-marks-")


def _marks(name: str, colors: dict[str, str]) -> dict[str, str]:
    urls = {}
    for mark, (token, body) in MARKS.items():
        path = Path(_marks_folder().name) / f"{name}-{mark}.svg"
        if not path.exists():
            path.write_text(_SVG.replace("BODY", body).replace("COLOR", colors[token]), "utf-8")
        urls["url_" + mark] = f'url("{path.as_posix()}")'
    return urls


def fill(template: str, values: dict[str, str]) -> str:
    """Put values in place of `@name`; longer names first, or `@line` would eat `@line_strong`."""
    for name in sorted(values, key=len, reverse=True):
        template = template.replace("@" + name, values[name])
    return template


@cache
def _template(name: str) -> str:
    return (ROOT / f"{name}.qss").read_text("utf-8")


def application(name: str, colors: dict[str, str]) -> str:
    """The whole application's sheet for the set of colours called `name`."""
    return fill(_template("style"), {**colors, **_marks(name, colors)})


def docks(name: str, colors: dict[str, str]) -> str:
    """The sheet of the docks, which replaces the one QtAds brings."""
    return fill(_template("docks"), {**colors, **_marks(name, colors)})
