"""Where fonts, icons and translations lie, and how a translation is looked up.

Both the program and the server use it, so it imports neither.
"""

import ctypes
import gettext
import locale
import os
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent
FONTS = ROOT / "fonts"
ICONS = ROOT / "icons"
LOCALE = ROOT / "locale"
DOMAIN = "kehu"

LANGUAGES = {"en": "English", "zh_CN": "中文"}


def system_language() -> str:
    """`zh_CN` where the system speaks Chinese, else `en`."""
    if sys.platform == "win32":
        spoken = locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    else:
        # The process's own locale falls back to C where the wished one is not installed.
        named = (os.environ.get(name) for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
        spoken = next((name for name in named if name), "")
    return "zh_CN" if spoken.lower().startswith("zh") else "en"


@cache
def translator(language: str) -> Callable[[str], str]:
    """The translate function of one language, whatever the window's language is."""
    lookup = gettext.translation(DOMAIN, LOCALE, [language], fallback=True).gettext
    # The catalogue's own header is the translation of the empty text.
    return lambda text: lookup(text) if text else ""


def joined(names: Iterable[object], _: Callable[[str], str]) -> str:
    """Names one after another, as a language lists them in a sentence."""
    between = _("{one}, {other}").format(one="", other="")
    return between.join(map(str, names))
