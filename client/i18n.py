"""Texts in the operator's language, and moments in the office's time zone.

`N_` marks a text, `_` translates it where it is shown.
"""

from collections.abc import Iterable
from datetime import tzinfo

import resources
from resources import system_language, translator

_language = "en"
_zone: tzinfo | None = None


def N_(text: str) -> str:
    """Mark a text for translation; it is translated later, where it is shown."""
    return text


def use(language: str) -> None:
    """Make `language` (`en` or `zh_CN`) the one that `_` translates to."""
    global _language
    _language = language


def current() -> str:
    """The language that `_` translates to."""
    return _language


def use_zone(zone: tzinfo | None) -> None:
    """Make `zone` the one in which moments are shown and days counted; None is this computer's."""
    global _zone
    _zone = zone


def zone() -> tzinfo | None:
    """The zone of the office one has logged in to; before that, None for this computer's."""
    return _zone


def _(text: str) -> str:
    return translator(_language)(text)


def plural(number: int, one: str, many: str, /, **values: object) -> str:
    """The text for one or for many; `{n}` is the number, unless `values` say it otherwise."""
    return _(one if number == 1 else many).format(**({"n": f"{number:,}"} | values))


def within(name: str) -> str:
    """What a kind of record is called within a sentence or title: in English in small letters."""
    return name[:1].lower() + name[1:]


def joined(names: Iterable[object]) -> str:
    """Names one after another, as the language in use lists them in a sentence."""
    return resources.joined(names, _)


__all__ = [
    "N_",
    "_",
    "current",
    "joined",
    "plural",
    "system_language",
    "translator",
    "use",
    "use_zone",
    "within",
    "zone",
]
