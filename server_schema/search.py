"""The keys that customers are found by and sorted by: the same function for stored and typed text.

The order of Chinese characters in `resources/data/pinyin_order.txt` is that of the Unicode CLDR's
collation zh-u-co-pinyin: the server has no ICU, and another client's collation would differ.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from itertools import islice, product
from typing import Any

import resources
from server_schema.alike import core_of

MAX_READINGS = 16  # of one name; more are too rare to be worth the bytes
SHORT_NAME = 4  # up to here every reading of every character is tried together
LEAST_SOUND = 4  # Chinese characters; many a short name sounds like another
LATELY = 1024  # names that were divided into words a moment ago
MAX_SORTED = 40  # characters of a name that decide its place

_FIRST, _BASE = 48, 47  # three printable ASCII characters hold a character's rank
_HAN = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]")
_NO_DIGITS = re.compile(r"[^0-9]+")
_PARTS = re.compile(rf"(?:{_HAN.pattern})+|[^\u3007\u3400-\u9fff\U00020000-\U000323af]+")

# Surnames that are read otherwise than the same character elsewhere.
_SURNAMES = {
    "单": "s", "曾": "z", "仇": "q", "覃": "q", "解": "x", "查": "z", "朴": "p", "盖": "g",
    "区": "o", "任": "r", "华": "h", "尉迟": "yc", "长孙": "zs", "万俟": "mq", "澹台": "tt",
    "乐": "y", "缪": "m", "翟": "z", "晁": "c", "员": "y", "召": "s", "句": "g", "黑": "h",
    "繁": "p", "种": "c", "冼": "x", "宓": "m", "逄": "p", "令狐": "lh", "燕": "y", "应": "y",
}  # fmt: skip


def search_key(text: str) -> str:
    """Text as it is compared: NFKC, case folded, trimmed, without a byte order mark."""
    return unicodedata.normalize("NFKC", text.replace("\ufeff", "")).casefold().strip()


PHONES = "\x1f"  # what stands behind it in a search key are phone numbers


def digits(text: str) -> str:
    """Only the digits of a phone number, so that it is found however it was written."""
    return _NO_DIGITS.sub("", text if text.isascii() else unicodedata.normalize("NFKC", text))


@cache
def _readings(character: str) -> tuple[str, ...]:
    """First letters of every reading of one Chinese character, most usual first."""
    from pypinyin import Style, pinyin

    if not _HAN.fullmatch(character):
        return (character,)
    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    letters = [reading[0] for reading in found[0] if reading] if found else []
    return tuple(dict.fromkeys(letters)) or ("",)


@lru_cache(LATELY)
def _words(phrase: str) -> tuple[str, ...]:
    """The words of a phrase, and single characters where there is none.

    Divided as pypinyin's own segmenter does it, in half the time.
    """
    from pypinyin.constants import PHRASES_DICT
    from pypinyin.seg.mmseg import p_set  # the beginnings of all known words

    words: list[str] = []
    start, length = 0, len(phrase)
    while start < length:
        known, end = 0, start + 1
        while end <= length and (part := phrase[start:end]) in p_set:
            if part in PHRASES_DICT:
                known = end
            end += 1
        if not known and end > length:  # only the beginning of a word is left
            words.extend(phrase[start:])
            break
        known = known or start + 1
        words.append(phrase[start:known])
        start = known
    return tuple(words)


def _usual(phrase: str) -> str:
    """First letters of a phrase as its words are usually read (重庆 is cq)."""
    return "".join(map(_word, _words(phrase)))


@cache
def _word(word: str) -> str:
    """First letters of one word; an import asks for the same few ten thousand again and again."""
    from pypinyin import Style, lazy_pinyin

    return "".join(part[:1] for part in lazy_pinyin(word, style=Style.NORMAL))


@cache
def _spelt(word: str) -> str:
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(word, style=Style.NORMAL))


def sound_key(name: str) -> str | None:
    """How the core of a Chinese name sounds: the same for 星河 and 兴和, with whatever place and
    legal form, and for 星河貿易. None where it is too short to tell."""
    plain = "".join(c for c in search_key(core_of(name)) if c.isalnum())
    if len(_HAN.findall(plain)) < LEAST_SOUND:
        return None
    parts = _PARTS.findall(plain)
    return "".join(
        "".join(map(_spelt, _words(part))) if _HAN.match(part) else part for part in parts
    )


def initials(name: str) -> list[str]:
    """Every plausible spelling of a name by pinyin initials, the usual one first.

    Latin letters and digits stay as they are; other characters are left out. At most MAX_READINGS.
    """
    plain = search_key(name)
    if not plain.isalnum():
        plain = "".join(c for c in plain if c.isalnum())
    if not _HAN.search(plain):
        return []
    found = [_usual_of(plain)]
    for length in (1, 2):
        if letters := _SURNAMES.get(plain[:length]):
            found.append(letters + _usual_of(plain[length:]))
    if len(plain) <= SHORT_NAME:
        ways = product(*(_readings(c) for c in plain))
        found.extend("".join(way) for way in islice(ways, MAX_READINGS))
    elif len(found[0]) == len(plain):
        for place, character in enumerate(plain[:SHORT_NAME]):
            for letter in _readings(character):
                found.append(found[0][:place] + letter + found[0][place + 1 :])
    return list(dict.fromkeys(spelling for spelling in found if spelling))[:MAX_READINGS]


def _usual_of(plain: str) -> str:
    parts = _PARTS.findall(plain)
    return "".join(_usual(part) if _HAN.match(part) else part for part in parts)


@cache
def _ranks() -> dict[str, str]:
    order = (resources.ROOT / "data" / "pinyin_order.txt").read_text(encoding="utf-8")
    return {
        character: chr(_FIRST + n // _BASE**2)
        + chr(_FIRST + n // _BASE % _BASE)
        + chr(_FIRST + n % _BASE)
        for n, character in enumerate(order)
    }


@cache
def _place(character: str) -> str:
    """Where one character stands: signs, digits, Chinese by pinyin, Latin letters, the rest."""
    if rank := _ranks().get(character):
        return "2" + rank
    base = unicodedata.normalize("NFKD", character)[:1].casefold()[:1]
    if base.isdecimal():
        return "1" + str(unicodedata.decimal(base))
    if base.isascii():
        return ("3" if base.isalpha() else "0") + base
    return f"4{ord(base):06x}" if base.isalpha() else f"0~{ord(base):06x}"


def sort_key(name: str) -> str:
    """Pure ASCII text whose byte order is the order of names in a Chinese list."""
    plain = unicodedata.normalize("NFKC", name).strip()
    return "".join(_place(c) for c in plain[:MAX_SORTED])


def customer_keys(values: Mapping[str, Any]) -> dict[str, str | None]:
    """`search_key`, `sort_key` and `sound_key` of a customer's names, address and phones.

    Phones stand last, behind a mark, so that the rest can be shown to who may not see them.
    """
    texts = [values.get(n) or "" for n in ("name", "short_name", "address")]
    phones = [values.get(n) or "" for n in ("phone", "mobile")]
    words: Iterable[str] = (
        *(search_key(text) for text in texts),
        *(spelling for name in texts[:2] if name for spelling in initials(name)),
    )
    numbers = (*(search_key(phone) for phone in phones), *(digits(phone) for phone in phones))
    parts = ["\n".join(dict.fromkeys(p for p in found if p)) for found in (words, numbers)]
    return {
        "search_key": f"\n{PHONES}\n".join(parts) if parts[1] else parts[0],
        "sort_key": sort_key(texts[0]),
        "sound_key": sound_key(texts[0]),
    }
