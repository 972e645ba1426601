"""Lists by first rows, all ids and rows by ids: order, references, search and rights."""

import pytest

from client.data import filters, records
from client.data.rowsource import RowSource
from client.model import Contact, Customer, Operator, Region
from tests.data.offices import add_customers, ids_by_name


@pytest.fixture(scope="module")
def clerk(shared_office):
    with shared_office.login("admin").session() as session:
        north = records.save(session, Region, {"code": "N", "name": "北区", "active": True})
    office = shared_office.login("clerk")
    with office.session() as session:
        add_customers(
            session,
            ("广州星河贸易有限公司", "020-8735 6612", north["id"]),
            ("株洲南车配件有限公司", "0733-1", None),
            ("Zebra_100% Ltd", "１２３４", None),
            ("zebra plain", "777", north["id"]),
        )
    return office


def source(**more):
    return RowSource(Customer, ("number", "name", "region_id", "owner_id"), **more)


def names(rows):
    return [row[3] for row in rows]


def searched(office, text):
    found = filters.search(Customer, text)
    with office.session() as session:
        return sorted(names(source(where=(found,), order=("name",)).first_page(session)))


def test_ids_rows_and_first_page_agree(clerk):
    listing = source(order=("-number",))
    with clerk.session() as session:
        first, ids = listing.first_page(session), listing.ids(session)
        assert list(ids) == [row[0] for row in first]
        assert listing.rows(session, ids) == first
        assert listing.first_page(session, limit=2) == first[:2]
        assert listing.totals(session).rows == len(ids) == 4


def test_references_show_their_titles_and_sort_by_them(clerk):
    with clerk.session() as session:
        rows = source(order=("region_id", "name")).first_page(session)
    assert [row[4] for row in rows] == ["北区", "北区", None, None]
    assert {row[5] for row in rows} == {"Clerk"}


def test_names_sort_by_pinyin(clerk):
    with clerk.session() as session:
        rising = names(source(order=("name",)).first_page(session))
        falling = names(source(order=("-name",)).first_page(session))
    assert rising[:2] == ["广州星河贸易有限公司", "株洲南车配件有限公司"]
    assert falling == rising[::-1]


def test_rows_that_are_gone_leave_their_place(clerk):
    with clerk.session() as session:
        ids = list(source(order=("number",)).ids(session))
        rows = source().rows(session, [ids[0], 999_999, ids[1]])
    assert rows[1] is None
    assert [row[0] for row in rows if row] == ids[:2]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("星河", ["广州星河贸易有限公司"]),
        ("gzxh", ["广州星河贸易有限公司"]),
        ("8735", ["广州星河贸易有限公司"]),
        ("1234", ["Zebra_100% Ltd"]),
        ("100%", ["Zebra_100% Ltd"]),
        ("a_1", ["Zebra_100% Ltd"]),
        ("%%", []),
        ("ZEBRA", ["Zebra_100% Ltd", "zebra plain"]),
        ("zebra plain", ["zebra plain"]),
        ("clerk zebra 777", ["zebra plain"]),
        ("' or 1=1 --", []),
    ],
)
def test_search_box(clerk, text, found):
    assert searched(clerk, text) == sorted(found)


def test_search_by_owner(clerk):
    assert len(searched(clerk, "clerk")) == 4


def test_a_salesperson_finds_only_their_own(shared_office, clerk):
    ann = shared_office.login("ann")
    with ann.session() as session:
        add_customers(session, ("安的星河客户", "1", None))
    assert searched(ann, "星河") == ["安的星河客户"]
    assert searched(ann, "zebra") == []
    with ann.session() as session:
        hidden = ids_by_name(shared_office, "zebra plain")
        assert source().rows(session, [hidden]) == [None]
        assert source().totals(session).rows == 1
    number = ids_by_name(shared_office, "安的星河客户")
    with shared_office.login("boss").session() as session:
        records.delete(session, Customer, [number])
    with ann.session() as session:
        assert list(source().ids(session)) == []


def test_changed_rows_under_the_own_filter(clerk):
    found = filters.search(Customer, "zebra")
    with clerk.session() as session:
        everything = list(source().ids(session))
        matching = source(where=(found,)).matching(session, everything)
    assert sorted(names(matching.values())) == ["Zebra_100% Ltd", "zebra plain"]


def test_several_references_are_listed_by_name(clerk):
    listing = RowSource(Operator, ("name", "chosen_departments"), order=("code",))
    with clerk.session() as session:
        assert listing.first_page(session)


def test_contacts_of_one_customer(shared_office, clerk):
    number = ids_by_name(shared_office, "zebra plain")
    with clerk.session() as session:
        values = {"customer_id": number, "name": "陈浩"}
        records.save(session, Contact, values)
        only = (filters.belongs(Contact, "customer_id", number),)
        nobody = (filters.belongs(Contact, "customer_id", None),)
        listing = RowSource(Contact, ("name", "customer_id"), only)
        assert [row[2:] for row in listing.first_page(session)] == [("陈浩", "zebra plain")]
        assert listing.with_where(nobody).first_page(session) == []
