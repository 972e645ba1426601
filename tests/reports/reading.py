"""Reads papers back: their text in order, and the amounts on them, also those in capitals."""

import re
from decimal import Decimal
from io import BytesIO

from pypdf import PdfReader

DIGITS = {char: value for value, char in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}
AMOUNT = re.compile(r"[¥](-?[\d,]+\.\d\d)")
CAPITALS = re.compile("人民币([负零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整]+)")


def bare(text):
    """`text` without blanks and line ends."""
    return re.sub(r"\s", "", text)


def pages(paper):
    """The text of each page, without blanks and line ends."""
    reader = PdfReader(BytesIO(paper.pdf))
    assert len(reader.pages) == paper.pages
    return [bare(page.extract_text()) for page in reader.pages]


def in_order(text, parts):
    """All parts stand in `text`, one after another."""
    at = 0
    for part in map(bare, parts):
        found = text.find(part, at)
        assert found >= 0, (part, text[at : at + 200])
        at = found + len(part)


def printed_amount(text):
    """The one amount in figures that stands on a paper below its rows."""
    (found,) = AMOUNT.findall(text)
    return Decimal(found.replace(",", ""))


def capitals_amount(text):
    """The one amount in capitals of a paper, as a number."""
    (found,) = CAPITALS.findall(text)
    sign = -1 if found.startswith("负") else 1
    whole, yuan, rest = found.lstrip("负").rpartition("元")
    cents = 0
    for unit, worth in (("角", 10), ("分", 1)):
        if match := re.search(f"(.){unit}", rest if yuan else found):
            cents += DIGITS[match[1]] * worth
    return sign * (Decimal(_whole(whole)) + Decimal(cents) / 100)


def _whole(text):
    """A whole number in capitals, its greatest unit first."""
    for unit, worth in (("亿", 10**8), ("万", 10**4)):
        left, found, right = text.rpartition(unit)
        if found:
            return _whole(left) * worth + _whole(right)
    total, digit = 0, 0
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
        else:
            total += digit * UNITS[char]
            digit = 0
    return total + digit
