"""Customers are found by any part of what is known of them, and sorted as a Chinese list is."""

import csv
import json
import random
from contextlib import closing
from pathlib import Path

import pytest
from psycopg2.extras import execute_values
from sqlalchemy import select

from client.data import filters, records
from client.data.connection import Office
from client.model import Customer
from server_schema.search import customer_keys, initials, search_key, sort_key
from tests.server.samples import refusal

SHARED = Path(__file__).parents[3] / "shared" / "data"
CN = SHARED / "cn"
needs_data = pytest.mark.skipif(not CN.exists(), reason="no sample data beside the project")
COLUMNS = ("name", "short_name", "address", "phone", "mobile", "search_key", "sort_key", "owner_id")


def rows_of(path, **options):
    with path.open(encoding="utf-8-sig", newline="", **options) as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def clerk(shared_office):
    return shared_office.login("clerk")


def add(clerk: Office, **values):
    return clerk.run(lambda session: records.save(session, Customer, values))["id"]


def found(office: Office, typed):
    """Ids of what the search box finds."""
    condition = filters.search(Customer, typed)
    assert condition is not None
    with office.session() as session:
        return set(session.scalars(select(Customer.id).where(condition.clause)))


@pytest.mark.parametrize(
    "typed",
    [
        "星河",
        "广州星河贸易",
        "gzxh",
        "GZXH",
        "gzxhmy",
        "xh",
        "天河路",
        "385号",
        "020-8765",
        "0208765",
        "87654321",
        "13800138000",
        "１３８００１３８０００",
        "星河 天河",
        "Gz Star",
        "ＧＺ　ｓｔａｒ",
        "clerk 星河",
    ],
)
def test_any_part_finds(clerk, typed):
    id_ = next(iter(found(clerk, "特别的唯一")), None) or add(
        clerk,
        name="广州星河贸易有限公司 特别的唯一",
        short_name="GZ Star",
        address="广州市天河区天河路385号",
        phone="020-87654321",
        mobile="138 0013 8000",
    )
    assert id_ in found(clerk, typed)


@pytest.mark.parametrize(
    "typed", ["星海", "020-9", "gzxx", "%", "_", "\\", "星河 上海", "' OR 1=1"]
)
def test_what_is_not_there_is_not_found(clerk, typed):
    assert not {id_ for id_ in found(clerk, typed) if id_ in found(clerk, "特别的唯一")}


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("100% Wool_A\\B", "100%"),
        ("100% Wool_A\\B", "wool_a"),
        ("100% Wool_A\\B", "A\\B"),
        ("Straße", "STRASSE"),
        ("ＡＢＣ公司", "abc"),
        ("e\u0301cole", "école"),
        ("⼀⼆三", "一二三"),
        ("㈱日本", "(株)"),
        ("周𬭎", "𬭎"),
        ("赵䶮", "䶮"),
        ("😀👍", "👍"),
        ("شركة", "شركة"),
        ("ꆈꌠ", "ꌠ"),
        ("(甲)", "（甲）"),
        ("'); DROP TABLE customers;--", "drop table"),
        ("{0} %s %1 {name}", "%s"),
        ("0010", "0010"),
    ],
)
def test_whatever_was_typed_is_found_again(clerk, stored, typed):
    assert add(clerk, name=stored) in found(clerk, typed)


def test_a_customer_is_found_by_its_number_and_its_owner(clerk, shared_office):
    id_ = add(clerk, name="Numbered")
    with clerk.session() as session:
        number = records.load(session, Customer, id_)["number"]
        assert id_ in found(clerk, number.lower())
    assert id_ not in found(clerk, "Bob")
    with clerk.session() as session:
        records.assign(session, [id_], shared_office.id_of("bob"), "Moved")
    assert id_ in found(clerk, "Bob")


def test_the_search_box_shows_nobody_elses(clerk, shared_office):
    id_ = add(clerk, name="Hidden from Eve")
    with closing(shared_office.login("eve")) as eve:
        assert found(eve, "Hidden") == set()
    assert found(clerk, "Hidden") == {id_}


def test_a_text_with_a_nul_is_refused_not_cut(shared_office):
    query = "INSERT INTO customer (name) VALUES (%s)"
    with pytest.raises(ValueError, match="NUL"):
        refusal(shared_office, "ann", query, "a\0b")


def test_stored_and_typed_text_go_through_one_function():
    for text in ("  Ａb c ", "\ufeff开头", "\u3000前导", "É"):
        assert search_key(text) == search_key(search_key(text))
    keys = customer_keys({"name": "Ａb", "phone": "020 - 1"})
    assert keys["search_key"].split("\n") == ["ab", "\x1f", "020 - 1", "0201"]
    assert customer_keys({"name": ""}) == {"search_key": "", "sort_key": "", "sound_key": None}


@needs_data
def test_names_that_are_read_otherwise():
    missed = [
        row["名称"]
        for row in rows_of(CN / "polyphonic_names.csv")
        if row["首字母"] not in initials(row["名称"])
    ]
    assert missed == []


@needs_data
def test_names_stand_in_the_order_of_pinyin():
    order = json.loads((CN / "cn_customers_2000.totals.json").read_text(encoding="utf-8"))
    names = list(order["pinyin_order"]["input"])
    random.Random(1).shuffle(names)
    assert sorted(names, key=sort_key) == order["pinyin_order"]["expected"]


@needs_data
def test_two_thousand_customers_are_found_as_counted(clerk, shared_office):
    """Counts by another program: width and case aside, in the name."""
    rows = rows_of(CN / "cn_customers_2000_utf8bom.csv")
    owner = shared_office.id_of("boss")
    values = []
    for row in rows:
        given = {
            "name": row["客户名称"],
            "short_name": row["客户简称"],
            "address": row["地址"],
            "phone": row["电话"],
            "mobile": None,
        }
        given |= customer_keys(given) | {"owner_id": owner}
        values.append(tuple(given[name] for name in COLUMNS))
    with closing(shared_office.superuser()) as connection, connection.cursor() as cursor:
        execute_values(cursor, f"INSERT INTO customer ({', '.join(COLUMNS)}) VALUES %s", values)
    counted = json.loads((CN / "cn_customers_2000.totals.json").read_text(encoding="utf-8"))
    for word, expected in counted["search"].items():
        wanted = search_key(word)
        names = [row["客户名称"] for row in rows if wanted in search_key(row["客户名称"])]
        assert len(names) == expected["nfkc_casefold_in_客户名称"], word
        clause = filters.search(Customer, word).clause
        query = select(Customer.name).where(clause, Customer.owner_id == owner)
        with clerk.session() as session:
            inside = [name for name in session.scalars(query) if wanted in search_key(name)]
        assert sorted(inside) == sorted(names), word
