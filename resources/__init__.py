"""Where fonts, icons and translations lie, and how a translation is looked up.

Both the program and the server use it, so it imports neither.
"""

import gettext
import locale
from collections.abc import Callable
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
    name = locale.getlocale()[0] or locale.getdefaultlocale()[0] or ""
    return "zh_CN" if name.lower().startswith(("zh", "chinese")) else "en"


@cache
def translator(language: str) -> Callable[[str], str]:
    """The translate function of one language, whatever the window's language is."""
    lookup = gettext.translation(DOMAIN, LOCALE, [language], fallback=True).gettext
    # The catalogue's own header is the translation of the empty text.
    return lambda text: lookup(text) if text else ""
