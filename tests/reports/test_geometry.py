"""On no paper of any kind and size do two texts overlap, and nothing is cut or leaves the page."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import fonts
from reports.fixed import MARGINS
from reports.items import Rule, Text
from reports.papers import PAPERS, SIZES, Item, sheet_of
from reports.sheet import MARGIN, NEEDLE
from tests.reports import samples
from tests.reports.samples import CASES, COPIES, OFFICE, line

WORDS = st.text(st.sampled_from("广州市有限公司，。（AbWx1234567890 -𬭎😀"), max_size=120)
SHORT = st.text(st.sampled_from("广州市Ab12 "), max_size=12)
LINES = st.lists(
    st.builds(
        line,
        st.integers(1, 9999),
        code=WORDS,
        name=WORDS,
        specification=WORDS,
        unit=WORDS,
        remarks=WORDS,
        discount=st.sampled_from([Decimal(0), Decimal("0.0325")]),
        quantity=st.decimals("-9999999999", "9999999999", places=4),
        unit_price=st.decimals(0, "9999999999", places=4),
    ),
    max_size=12,
)


def check(sheet):
    """Nothing leaves the margins, no text lies on another or on a line down."""
    edge = MARGINS[1] if sheet.needles else 12
    for page in sheet.pages:
        boxes, uprights = [], []
        for item in page:
            if isinstance(item, Rule):
                assert sheet.left - 1 <= item.left <= item.right <= sheet.right + 1
                assert edge - 1 <= item.y <= item.end <= sheet.height - edge + 1
                if item.left == item.right:
                    uprights.append(item)
                if sheet.needles:
                    assert item.weight >= NEEDLE
                    assert item.grey == 0
            elif isinstance(item, Text):
                wide = fonts.width(item.text.strip(), item.size)
                assert item.x >= sheet.left - 0.1, item
                assert item.x + wide <= sheet.right + 0.1, item
                assert edge - 1 < item.y - item.size * 0.7, item
                assert item.y < sheet.height - edge + 1, item
                boxes.append((item.y - item.size * 0.7, item.x, item.y, item.x + wide, item.text))
        boxes.sort()
        for at, (_top, left, bottom, right, text) in enumerate(boxes):
            for top, other_left, _bottom, other_right, other in boxes[at + 1 :]:
                if top >= bottom:
                    break
                assert other_left >= right - 0.1 or other_right <= left + 0.1, (text, other)
        for top, left, bottom, right, text in boxes:
            for rule in uprights:
                if rule.y < bottom - 0.5 and rule.end > top + 0.5:
                    assert not left + 0.5 < rule.left < right - 0.5, text


def feet(sheet):
    """Where the rules across stand that go from edge to edge, page by page."""
    return {max(item.y for item in page if isinstance(item, Rule)) for page in sheet.pages}


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(list(PAPERS)),
    st.sampled_from(list(SIZES)),
    st.sampled_from(["en", "zh_CN"]),
    LINES,
    WORDS,
    SHORT,
    st.booleans(),
    st.sampled_from([(), ("存根", "客户"), ("第二联：请客户盖章后留存备查",)]),
)
def test_nothing_overlaps_and_nothing_is_cut(kind, size, language, lines, word, name, big, copies):
    values = {
        "customer": {"name": word * 2, "number": name, "address": word},
        "remarks": word,
        "terms": word,
        "contact_name": name,
        "payer": word,
        "salesperson": name * 3,
        "whole_discount": Decimal("0.05"),
        "wipe_off": Decimal("0.5"),
        "received": Decimal(10),
    }
    office = OFFICE | {"name": (word * 2)[:200] if big else name, "address": word}
    document = samples.document(kind, lines, **values)
    sheet = sheet_of(Item(kind, document, office, language, size, copies, 2))
    check(sheet)
    if sheet.needles:
        assert len(feet(sheet)) == 1


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", PAPERS)
def test_awkward_papers(kind, size, language, case):
    lines, values = samples.case(case, language)
    document = samples.document(kind, lines, **values)
    sheet = sheet_of(Item(kind, document, OFFICE, language, size, COPIES[language], 2))
    check(sheet)
    if sheet.needles:
        assert len(feet(sheet)) == 1
        ordinary = ("one", "twenty", "many", "rare")
        smallest = min(item.size for page in sheet.pages for item in page if isinstance(item, Text))
        assert case not in ordinary or smallest >= 9


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", PAPERS)
def test_a_document_without_anything(kind, size):
    sheet = sheet_of(Item(kind, {}, {}, "zh_CN", size))
    check(sheet)
    assert len(sheet.pages) == 1
    assert not any("None" in item.text for item in sheet.pages[0] if isinstance(item, Text))


def test_a_margin_is_left_for_the_holes():
    assert MARGINS[0] > MARGIN
