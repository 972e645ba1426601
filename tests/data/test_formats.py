"""What is shown can be typed back, what people type is understood, and the rest is refused."""

from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from client import i18n
from client.data import formats
from client.data.formats import BadValue, parse, parse_date, parse_number, text_of
from client.model.base import fields
from client.model.customer import Customer
from client.model.order import OrderLine, SalesOrder

TODAY = date(2026, 11, 21)
CUSTOMER = fields(Customer)
LINE = fields(OrderLine)
ORDER = fields(SalesOrder)
CUSTOMER = fields(Customer)


@pytest.fixture(autouse=True)
def _english():
    before = i18n.current()
    i18n.use("en")
    yield
    i18n.use(before)


@pytest.mark.parametrize(
    ("show", "value", "text"),
    [
        (formats.money, "1234.5", "1,234.50"),
        (formats.money, "-1234.5", "-1,234.50"),
        (formats.money, "0", "0.00"),
        (formats.money, "-0.001", "0.00"),
        (formats.money, "0.005", "0.01"),
        (formats.money, "1E+6", "1,000,000.00"),
        (formats.price, "86", "86.00"),
        (formats.price, "6.4375", "6.4375"),
        (formats.price, "6.430", "6.43"),
        (formats.quantity, "1200.0000", "1,200"),
        (formats.quantity, "0.5000", "0.5"),
        (formats.quantity, "-3", "-3"),
        (formats.percent, "0.1300", "13%"),
        (formats.percent, "0.125", "12.5%"),
        (formats.percent, "0", "0%"),
        (formats.integer, "1234567", "1,234,567"),
    ],
)
def test_numbers_as_shown(show, value, text):
    assert show(Decimal(value)) == text


def test_nothing_is_shown_as_nothing():
    for show in (formats.money, formats.price, formats.quantity, formats.percent):
        assert show(None) == ""
    assert formats.date_text(None) == formats.datetime_text(None) == ""


def test_moments_are_shown_in_the_office_s_zone():
    moment = datetime(2026, 9, 14, 16, 30, tzinfo=UTC)
    i18n.use_zone(ZoneInfo("Asia/Shanghai"))
    assert formats.datetime_text(moment) == "2026-09-15 00:30"
    assert formats.date_text(date(987, 1, 2)) == "0987-01-02"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.50", "1234.50"),
        ("(1,234.00)", "-1234"),
        ("１３８", "138"),
        ("（１，２３４．５）", "-1234.5"),
        ("12*3.5", "42"),
        ("2+3*(4-1)/2", "6.5"),
        ("10/3", "3.33333333"),
        ("1 234 567.5", "1234567.5"),
        ("¥86", "86"),
        ("￥86.5元", "86.5"),
        ("1.5万", "15000"),
        ("−3", "-3"),
        ("1e5", "100000"),
        (".5", "0.5"),
        ("\ufeff　7　", "7"),
    ],
)
def test_numbers_as_typed(text, value):
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "", "NaN", "inf", "1e309", "1e-99", "1,2", "1,2345", "1,234,56", "1..2", "()", "12e",
        "0x10", "1/0", "0/0", "5 5", "1_000", "10²", "½", "__import__('os')", "9**9**9", "a" * 300,
        "1" * 40, "(" * 90, "-" * 99, "1\x000",
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused_with_a_sentence(text):
    with pytest.raises(BadValue) as refused:
        parse_number(text)
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 120


@given(st.decimals("-9999999999.9999", "9999999999.9999", places=4))
def test_prices_are_read_as_shown(value):
    assert parse_number(formats.price(value)) == value
    assert parse_number(formats.quantity(value)) == value


@given(st.text(max_size=120))
@example("1" * 99 + "%")
def test_any_text_is_a_number_or_refused(text):
    with suppress(BadValue):
        assert parse_number(text).is_finite()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("0", "2026-11-21"),
        ("+7", "2026-11-28"),
        ("-3", "2026-11-18"),
        ("15", "2026-11-15"),
        ("0915", "2026-09-15"),
        ("20260915", "2026-09-15"),
        ("2026-09-15", "2026-09-15"),
        ("2026/9/15", "2026-09-15"),
        ("2026年9月15日", "2026-09-15"),
        ("２０２６年９月１５日", "2026-09-15"),
        ("9月15日", "2026-09-15"),
        ("月末", "2026-11-30"),
        ("eom", "2026-11-30"),
        ("EOM", "2026-11-30"),
        ("2026-09-15 00:00:00", "2026-09-15"),
        ("2026-09-15T00:00:00", "2026-09-15"),
    ],
)
def test_dates_as_typed(text, day):
    assert parse_date(text, TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text",
    ["", "31", "0231", "9/15/2026", "+99999999", "x", "0001-01-01", "12345", "2026-09-15 08:30"],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(BadValue):
        parse_date(text, TODAY)


def test_the_last_day_of_february():
    assert parse_date("月末", date(2028, 2, 3)) == date(2028, 2, 29)


@given(st.dates(date(1000, 1, 1)))
def test_dates_are_read_as_shown(day):
    assert parse_date(formats.date_text(day), TODAY) == day


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_refused(text):
    with suppress(BadValue):
        assert parse_date(text, TODAY).year >= 1000


def test_clean_text():
    assert formats.clean_text("　前导全角空格") == "前导全角空格"
    assert formats.clean_text("\ufeff开头BOM") == "开头BOM"
    assert formats.clean_text("第一行\r\n第二行\r第三行") == "第一行\n第二行\n第三行"
    assert formats.clean_text("⼀⼆三 <b>'); DROP") == "⼀⼆三 <b>'); DROP"
    for bad in ("a\x00b", "\ud800"):
        with pytest.raises(BadValue):
            formats.clean_text(bad)


def test_phones():
    assert formats.phone_text("１３８００１３８０００") == "13800138000"
    assert formats.phone_text(" 020－8888  8888－801 ") == "020-8888 8888-801"
    assert formats.phone_digits("０２０-8888 8888") == "02088888888"


def test_fields_are_read_by_their_columns():
    assert parse(LINE["unit_price"], "12*3.5") == Decimal("42.0000")
    assert str(parse(LINE["quantity"], "0.00005")) == "0.0001"
    assert str(parse(ORDER["total"], "0.005")) == "0.01"
    assert parse(LINE["discount"], "5%") == parse(LINE["discount"], "5") == Decimal("0.05")
    assert parse(LINE["tax_rate"], "0.13") == Decimal("0.13")
    assert parse(LINE["position"], "3") == 3
    assert parse(ORDER["order_date"], "+7", TODAY) == date(2026, 11, 28)
    assert parse(ORDER["status"], "Submitted") == parse(ORDER["status"], "submitted") == "submitted"
    assert parse(ORDER["remarks"], "  TRUE ") == "TRUE"
    assert parse(ORDER["phone"], "１３８") == "138"
    assert parse(LINE["product_code"], "0010") == "0010"
    assert parse(ORDER["delivery_date"], "　") is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("unit_price", "99999999999"),
        ("position", "1.5"),
        ("position", "9999999999"),
        ("unit", "x" * 21),
        ("quantity", "viele"),
    ],
)
def test_what_does_not_fit_its_column_is_refused(name, text):
    with pytest.raises(BadValue) as refused:
        parse(LINE[name], text)
    assert str(refused.value)


@pytest.mark.parametrize(("name", "most"), [("remarks", 10_000), ("tags", 2_000)])
def test_long_texts_have_an_end(name, most):
    assert parse(CUSTOMER[name], "x" * most)
    with pytest.raises(BadValue, match=f"At most {most} characters"):
        parse(CUSTOMER[name], "x" * (most + 1))


def test_sentences_follow_the_language():
    with pytest.raises(BadValue) as refused:
        parse_number("abc")
    assert str(refused.value) == "'abc' is not a number."
    i18n.use("zh_CN")
    assert str(refused.value) == "“abc”不是数字。"


def test_values_as_shown():
    assert text_of(LINE["unit_price"], Decimal("6.4375")) == "6.4375"
    assert text_of(LINE["discount"], Decimal("0.05")) == "5%"
    assert text_of(ORDER["total"], Decimal("1234.5")) == "1,234.50"
    assert text_of(ORDER["order_date"], TODAY) == "2026-11-21"
    assert text_of(ORDER["status"], "submitted") == "Submitted"
    assert text_of(ORDER["remarks"], "=1+1") == "=1+1"
    assert text_of(ORDER["remarks"], None) == ""
