"""What is typed above a column: read by the kind of field, and never a trace to the clerk."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from client import i18n
from client.data import filters, records
from client.data.parsing import BadValue
from client.data.rowsource import RowSource, list_fields
from client.model import Customer, Product
from tests.data.offices import add_customers

TODAY = date(2026, 9, 15)


@pytest.fixture(scope="module")
def clerk(shared_office):
    office = shared_office.login("clerk")
    with office.session() as session:
        star, plain = add_customers(
            session, ("广州星河贸易", "020 1", None), ("Ｆｕｌｌ Width 50%_x", "１２３", None)
        )
        more = {"credit_limit": Decimal("1000.00"), "status": "lost", "tags": ["展会", "VIP"]}
        records.save(session, Customer, star | more | {"founded_on": date(2026, 9, 1)}, star)
        records.save(session, Customer, plain | {"founded_on": date(2025, 12, 31)}, plain)
    return office


def found(office, field, text, entity=Customer):
    condition = filters.condition(entity, list_fields(entity)[field], text, TODAY)
    where = () if condition is None else (condition,)
    with office.session() as session:
        rows = RowSource(entity, ("name",), where, ("name",)).first_page(session)
    return ["star" if "星" in row[2] else "plain" for row in rows]


BOTH = ["star", "plain"]


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("name", "", BOTH),
        ("name", "星河", ["star"]),
        ("name", "gzxh", ["star"]),
        ("name", "full width", ["plain"]),
        ("name", "＝ full width 50%_x", ["plain"]),
        ("name", "50%", ["plain"]),
        ("name", "0_x", []),
        ("name", "%_x", ["plain"]),
        ("name", "≠ 星河", ["plain"]),
        ("name", "!= full", ["star"]),
        ("phone", "123", ["plain"]),
        ("email", "=", BOTH),
        ("email", "*", []),
        ("email", "≠", []),
        ("credit_limit", "1000", ["star"]),
        ("credit_limit", "≥ 1,000.00", ["star"]),
        ("credit_limit", "> 0.1万", []),
        ("credit_limit", "500..2000", ["star"]),
        ("credit_limit", "..999", []),
        ("credit_limit", "1000..", ["star"]),
        ("credit_limit", "≠ 1000", ["plain"]),
        ("credit_limit", "=", ["plain"]),
        ("credit_limit", "*", ["star"]),
        ("status", "lost", ["star"]),
        ("status", "≠ Lost", ["plain"]),
        ("status", "lost, potential", BOTH),
        ("tags", "vip", ["star"]),
        ("tags", "= VIP", ["star"]),
        ("tags", "=", ["plain"]),
        ("owner_id", "cler", BOTH),
        ("owner_id", "= Clerk", BOTH),
        ("owner_id", "≠ clerk", []),
        ("owner_id", "nobody at all", []),
        ("region_id", "=", BOTH),
        ("founded_on", "2026", ["star"]),
        ("founded_on", "2026-09", ["star"]),
        ("founded_on", "2026年9月", ["star"]),
        ("founded_on", "本月", ["star"]),
        ("founded_on", "last year", ["plain"]),
        ("founded_on", "去年", ["plain"]),
        ("founded_on", "0901", ["star"]),
        ("founded_on", "0815..0915", ["star"]),
        ("founded_on", "..2025", ["plain"]),
        ("founded_on", "< 2026", ["plain"]),
        ("founded_on", ">= 2026-09-01", ["star"]),
        ("founded_on", "> 2026-09", []),
        ("founded_on", "≠ 2026-09-01", ["plain"]),
    ],
)
def test_conditions(clerk, field, text, expected):
    assert found(clerk, field, text) == expected


def test_moments_are_days_of_the_office(clerk):
    day = clerk.today
    condition = filters.condition(Customer, list_fields(Customer)["created_at"], "today", day)
    with clerk.session() as session:
        rows = RowSource(Customer, ("name",), (condition,)).first_page(session)
    assert len(rows) == 2


def test_labels_are_those_of_the_language(clerk):
    i18n.use("zh_CN")
    assert found(clerk, "status", "≠ 流失") == ["plain"]
    assert found(clerk, "status", "lost") == ["star"]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("credit_limit", "much"),
        ("credit_limit", ">"),
        ("credit_limit", "1..x"),
        ("founded_on", "31 February"),
        ("founded_on", "2026-13"),
        ("status", "gone fishing"),
        ("name", "> 5"),
        ("name", "x" * 500),
        ("name", "a\0b"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(field, text):
    with pytest.raises(BadValue) as raised:
        filters.condition(Customer, list_fields(Customer)[field], text, TODAY)
    assert len(str(raised.value)) > 10


def test_yes_and_no():
    active = list_fields(Product)["active"]
    for text in ("yes", "是", "no", "0"):
        assert filters.condition(Product, active, text, TODAY) is not None
    with pytest.raises(BadValue):
        filters.condition(Product, active, "perhaps", TODAY)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("this week", date(2026, 9, 14), date(2026, 9, 20)),
        ("上月", date(2026, 8, 1), date(2026, 8, 31)),
        ("yesterday", TODAY - timedelta(1), TODAY - timedelta(1)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("+7", TODAY + timedelta(7), TODAY + timedelta(7)),
    ],
)
def test_periods(text, first, last):
    assert filters.period(text, TODAY) == (first, last)


@settings(max_examples=150, deadline=None)
@given(
    field=st.sampled_from(["name", "status", "owner_id", "credit_limit", "founded_on", "tags"]),
    text=st.text(
        alphabet=st.one_of(st.sampled_from("=≠<>.*%_\\'\"$:( )0123年本月abc星"), st.characters()),
        max_size=12,
    ),
)
def test_nothing_typed_breaks_a_list(clerk, field, text):
    try:
        found(clerk, field, text)
    except BadValue:
        pass
    except DBAPIError as error:
        raise AssertionError(text) from error
