"""Whether a customer is there already: found however it is written, told only as far as allowed."""

import csv
import json
from collections import Counter
from contextlib import closing

import psycopg2
import pytest

from server_schema.alike import core_of
from server_schema.search import sound_key
from tests.reports.samples import SHARED
from tests.server.samples import call, refusal, value


def enter(office, user, name, **values):
    columns = ", ".join(["name", *values])
    marks = ", ".join(["%s"] * (1 + len(values)))
    query = f"INSERT INTO customer ({columns}) VALUES ({marks}) RETURNING id"
    return value(office, user, query, name, *values.values())


def found(office, user, **doc):
    return call(office, user, "find_duplicates", doc)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("020-8888 8888", "02088888888"),
        ("020-88888888", "(020) 8888-8888-801"),
        ("020-8888 8888", "+86 20 8888 8888"),
        ("020-8888 8888", "020-88888888转801"),
        ("021-0502 9019", "021-0502 9019-801"),
        ("010-8888-8888", "01088888888"),
        ("138-0013-8000", "13800138000"),
        ("0755-8803 4922", "0755-88034922 ext. 12"),
        ("138 0013 8000", "+86 138-0013-8000"),
        ("13800138000", "0086 13800138000"),
        ("13800138000", "8613800138000"),
        ("13800138000", "013800138000"),
        ("１３８００１３８０００", "138 0013 8000 / 020-1234567"),
        ("+44 20 7946 0018", "+442079460018"),
        ("020-88888888", "86-20-8888-8888"),
        ("020-88888888", "8602088888888"),
        ("020-88888888", "8620 88888888-801"),
        ("8601 2345", "86012345"),
        ("020-88888888", "020-88888888（801）"),
        ("020-88888888", "020-88888888 内线 801"),
        ("020-88888888", "020-88888888 EXT:801"),
        ("400-800-8888", "+86 400 800 8888"),
        ("+852 2345 6789", "00852-23456789"),
    ],
)
def test_phones_are_the_same_however_they_are_written(office, one, other):
    keys = office.ask(
        None,
        "INSERT INTO customer (name, phone, mobile, owner_id) VALUES ('P', %s, %s, 1)"
        " RETURNING phone_key, mobile_key, deleted_at",
        one,
        other,
    )[0]
    assert keys[0] == keys[1] is not None


def cores(office, *names):
    query = "INSERT INTO customer (name, owner_id) VALUES (%s, 1) RETURNING core_name"
    return [value(office, None, query, name) for name in names]


def test_the_core_of_a_name(office):
    assert set(
        cores(
            office,
            "广州星河贸易有限公司",
            "广州市星河贸易有限责任公司",
            "广东省广州市天河区星河贸易公司",
            "星河贸易(广州)有限公司",
            "星河贸易（广东）股份有限公司",
            " 星河 贸易 ",
            "广州星河贸易（集团）有限公司",
            "广州星河贸易有限公司深圳分公司",
            "星河贸易有限公司（广州）第一分公司",
            "广州星河贸易有限公司北京办事处",
            "延边朝鲜族自治州星河贸易有限公司",
            "湖北省宜昌市长阳土家族自治县星河贸易有限公司",
        )
    ) == {"星河贸易"}
    assert cores(office, "天津狮马市政工程有限公司") == ["狮马市政工程"]
    assert cores(office, "华联超市有限公司", "北京银行", "上海有限公司", "公司") == [
        "华联超市",
        "银行",
        "上海",
        "",
    ]
    assert set(cores(office, "Harbour Light Trading Co., Ltd.", "HARBOUR LIGHT trading")) == {
        "harbourlighttrading"
    }


def test_what_is_alike_and_what_only_looks_so(office):
    enter(office, "ann", "杭州西岭建材有限公司", tax_number="91330100ma2b0l5x1q")
    enter(office, "ann", "北京丰远银行")
    for name, because in (
        ("西岭建材", ["name"]),
        ("浙江省杭州市西岭建材有限责任公司", ["name"]),
        ("浙江西岭建材有限公司", ["name"]),
        ("上海西岭建材有限公司", []),
        ("江苏西岭建材有限公司", ["name"]),
        ("西岭建筑", []),
        ("上海银行", []),
    ):
        answer = found(office, "ann", name=name)
        assert [entry["because"] for entry in answer] == because, name
    assert found(office, "ann", tax_number="9133 0100 MA2B 0L5X 1Q")[0]["because"] == "tax_number"
    mine = value(office, "ann", "SELECT id FROM customer WHERE tax_key IS NOT NULL")
    assert found(office, "ann", id=mine, name="西岭建材") == []


def test_a_name_that_sounds_the_same(office):
    sound = sound_key("苏州兴和工艺品有限公司")
    enter(office, "ann", "苏州兴和工艺品有限公司", sound_key=sound)
    typed = "苏州星河工艺品有限公司"
    assert sound_key(typed) == sound
    assert [e["because"] for e in found(office, "ann", name=typed, sound_key=sound)] == ["name"]


@pytest.mark.parametrize(
    ("typed", "because"),
    [
        ("星河工艺品", ["name"]),
        ("苏州市星河工艺品（集团）有限责任公司", ["name"]),
        ("蘇州興和工藝品有限公司", ["name"]),
        ("上海星河工艺品有限公司", []),  # of another town
        ("星河", []),
    ],
)
def test_a_sound_is_of_the_core_only(office, typed, because):
    name = "苏州兴和工艺品有限公司"
    if not office.ask("ann", "SELECT 1 FROM customer WHERE name = %s", name):
        enter(office, "ann", name, sound_key=sound_key(name))
    answer = found(office, "ann", name=typed, sound_key=sound_key(typed))
    assert [entry["because"] for entry in answer] == because


def test_of_others_no_more_than_that_it_exists_and_whose_it_is(office):
    enter(office, "eve", "Secret Harbour Ltd", phone="0571-8800 1234", remarks="x")
    (told,) = found(office, "ann", phone="057188001234")
    assert told == {"because": "phone", "owner": "Eve"}
    (seen,) = found(office, "boss", phone="057188001234")
    assert seen["name"] == "Secret Harbour Ltd"
    assert refusal(office, "serge", "SELECT find_duplicates('{}')") == ""
    office.ask(
        "admin", "SELECT set_permission(%s, 'customer', 'edit', false)", office.id_of("serge")
    )
    assert refusal(office, "serge", "SELECT find_duplicates('{}')") == "42501"
    for tried in ("SELECT * FROM duplicate_answer", "SELECT * FROM alike_customers('{}')"):
        assert refusal(office, "ann", tried) == "42501"


def test_a_contacts_phone_is_its_customers_phone(office):
    of = enter(office, "ann", "Paper Lantern Ltd", mobile="137 0000 1111")
    person = "INSERT INTO contact (customer_id, name, phone, mobile) VALUES (%s, %s, %s, %s)"
    person += " RETURNING id"
    lin = value(office, "ann", person, of, "Lin", "0591-8300 1111", "+86 137 0000 2222")
    for typed in ({"phone": "13700002222"}, {"mobile": "0591 8300 1111-8"}):
        (seen,) = found(office, "ann", **typed)
        assert (seen["because"], seen["id"], seen["contact"]) == (next(iter(typed)), of, "Lin")
        assert found(office, "ann", id=of, **typed) == []
        (told,) = found(office, "eve", **typed)
        assert told == {"because": next(iter(typed)), "owner": "Ann"}
    # The customer's own number says more than a contact's; of a deleted contact nothing is said.
    value(office, "ann", person, of, "Wu", "13700001111", None)
    (seen,) = found(office, "ann", phone="13700001111")
    assert seen["contact"] == ""
    value(office, "admin", "SELECT delete_records('contact', %s)", [lin])
    assert found(office, "ann", phone="13700002222") == []


def test_guessing_ends_after_sixty(office):
    for n in range(65):
        enter(office, "eve", f"Number {n} of many", phone=f"0571-6600 {n:04}")
        if n % 2:  # whether it is the customer's own number or a contact's
            office.ask(
                "eve",
                "INSERT INTO contact (customer_id, name, mobile, phone)"
                " SELECT id, 'P', phone, '' FROM customer WHERE phone = %s",
                f"0571-6600 {n:04}",
            )
            office.ask(
                "eve", "UPDATE customer SET phone = NULL WHERE phone = %s", f"0571-6600 {n:04}"
            )
    asked = [found(office, "bob", phone=f"0571-6600 {n:04}") for n in range(65)]
    assert Counter(a[0]["because"] for a in asked) == {"phone": 60, "limit": 5}
    # Nothing more is told by it, neither that there is one nor that there is none.
    for phone in ("0571-6600 0064", "0571-6666 9999"):
        assert found(office, "bob", phone=phone) == [{"because": "limit"}]
    # What was told already is told again; an hour later there is more.
    assert found(office, "bob", phone="0571-6600 0000")[0]["owner"] == "Eve"
    assert found(office, "boss", phone="0571-6600 0064")[0]["name"] == "Number 64 of many"
    bob = office.id_of("bob")
    office.ask(None, f"SELECT setval('duplicates_of_{bob}', 1)")
    assert found(office, "bob", phone="0571-6600 0064")[0]["because"] == "phone"
    logged = "SELECT count(*) FROM duplicate_answer WHERE operator_id = %s"
    assert value(office, None, logged, office.id_of("bob")) == 61


def test_taking_a_question_back_does_not_take_it_from_the_count(office):
    for n in range(62):
        enter(office, "boss", f"Hidden {n} of many", phone=f"0571-7700 {n:04}")
    answers = Counter()
    with closing(office.psql("eve")) as connection, connection.cursor() as cursor:
        connection.autocommit = False
        for n in range(62):
            doc = json.dumps({"phone": f"0571-7700 {n:04}"})
            cursor.execute("SELECT find_duplicates(%s) -> 0 ->> 'because'", (doc,))
            answers[cursor.fetchone()[0]] += 1
            connection.rollback()
    assert answers["limit"] >= 2
    for tried in ("SELECT nextval(%s)", "SELECT setval(%s, 1)"):
        assert refusal(office, "eve", tried, f"duplicates_of_{office.id_of('eve')}") == "42501"


@pytest.mark.parametrize(
    "question",
    [
        "SELECT find_duplicates(jsonb_build_object('name', %s::text))",
        "SELECT import_taken('customer', 'name', ARRAY[%s])",
    ],
)
def test_what_cannot_be_counted_is_not_answered_by_failing(office, question):
    enter(office, "eve", "Uncounted of Eve")
    allow = "SELECT set_permission(%s, 'customer', 'import', true)"
    office.ask("admin", allow, office.id_of("bob"))
    with closing(office.psql("bob")) as connection, connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        for name in ("Uncounted of Eve", "Nobody has this name"):
            with pytest.raises(psycopg2.Error) as caught:
                cursor.execute(question, (name,))
            assert caught.value.pgcode == "42501"


def test_nothing_is_told_by_having_to_wait(office):
    """Somebody who holds what they asked themselves does not ask on without being counted."""
    for n in range(2):
        enter(office, "eve", f"Waited {n} for", phone=f"0571-5500 {n:04}")
    question = "SELECT find_duplicates(jsonb_build_object('phone', %s::text))"
    with closing(office.psql("ann")) as holder, closing(office.psql("ann")) as second:
        holder.autocommit = False
        holder.cursor().execute(question, ("0571-5500 0000",))
        with second.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
            counter = f"SELECT last_value FROM duplicates_of_{office.id_of('ann')}"
            before = value(office, None, counter)
            cursor.execute(question, ("0571-5500 0001",))
            assert [a["owner"] for a in cursor.fetchone()[0]] == ["Eve"]
            assert value(office, None, counter) == before + 10


def test_two_thousand_names_are_told_apart(office):
    path = SHARED / "cn" / "cn_customers_2000_utf8bom.csv"
    if not path.exists():
        pytest.skip("the table of test data is not there")
    with path.open(encoding="utf-8-sig", newline="") as rows:
        names = [row["客户名称"] for row in csv.DictReader(rows)]
    office.ask(
        None,
        "INSERT INTO customer (name, owner_id, number)"
        " SELECT n, 1, 'T-' || row_number() OVER () FROM jsonb_array_elements_text(%s) n",
        json.dumps(names, ensure_ascii=False),
    )
    # The program's work and the database's are the same.
    told = dict(office.ask(None, "SELECT name, core_name FROM customer WHERE number LIKE 'T-%'"))
    assert told == {name: core_of(name) for name in names}
    pairs = office.ask(
        None,
        "SELECT a.name, b.name FROM customer a JOIN customer b ON a.core_name = b.core_name"
        " AND a.id < b.id AND is_same_company(a.name, b.name, a.core_name)"
        " WHERE a.number LIKE 'T-%' AND b.number LIKE 'T-%' AND a.name <> b.name",
    )
    assert len(pairs) <= 20, pairs
    without = value(
        office, None, "SELECT count(*) FROM customer WHERE number LIKE 'T-%' AND core_name = ''"
    )
    assert without == 0
