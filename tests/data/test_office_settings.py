"""The office's own data and its number rules: what is stored, by whom, and what is refused."""

from contextlib import closing

import pytest

from client.data import number_rules, office_settings
from client.data.errors import Conflict, KnownError, NotYours
from client.data.number_rules import example, rule_of
from client.data.office_settings import Picture
from tests.server.samples import customer, order

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def load(office, module=office_settings):
    with office.session() as session:
        return module.load(session).values


def save(office, base, module=office_settings, **changes):
    with office.session() as session:
        return module.save(session, base | changes, base)


def stored(db, key):
    found = db.ask(None, "SELECT value, version FROM setting WHERE key = %s", key)
    return found[0] if found else None


def test_only_what_was_changed_is_written(office_db):
    office = office_db.login("boss")
    before = load(office)
    assert before["payment_days"] == 30
    assert before["office_copies"] == ["File", "Customer", "Accounts"]
    name, currency = stored(office_db, "office_name"), stored(office_db, "currency")
    after = save(
        office,
        before,
        office_address="体育东路 118 号",
        office_copies=["一", "二"],
        payment_days=45,
        office_print_repeat=True,
    )
    assert (after["office_address"], after["payment_days"]) == ("体育东路 118 号", 45)
    assert stored(office_db, "office_copies")[0] == ["一", "二"]
    assert stored(office_db, "office_print_repeat")[0] is True
    assert (stored(office_db, "office_name"), stored(office_db, "currency")) == (name, currency)
    emptied = save(office, after, office_address=None)
    assert emptied["office_address"] is None
    assert stored(office_db, "office_address")[0] == ""
    assert office.settings["office_name"] != "Renamed"
    save(office, emptied, office_name="Renamed")
    office.read_again()
    assert office.settings["office_name"] == "Renamed"


def test_others_changes_of_other_values_stay_and_the_same_ones_are_told(office_db):
    boss, admin = office_db.login("boss"), office_db.login("admin")
    mine = theirs = load(boss)
    save(admin, theirs, office_phone="020-1", payment_days=10)
    kept = save(boss, mine, office_bank="First Bank")
    assert (kept["office_phone"], kept["office_bank"]) == ("020-1", "First Bank")
    with pytest.raises(Conflict) as met:
        save(boss, mine, payment_days=20)
    assert met.value.theirs["payment_days"] == 10
    assert met.value.mine["payment_days"] == 20
    assert save(boss, met.value.theirs, payment_days=20)["payment_days"] == 20


def test_two_who_first_give_a_key_do_not_overwrite_each_other(office_db):
    office_db.ask(None, "DELETE FROM setting WHERE key = 'quote_valid_days'")
    boss, admin = office_db.login("boss"), office_db.login("admin")
    mine = load(boss)
    save(admin, mine, quote_valid_days=7)
    with pytest.raises(Conflict) as met:
        save(boss, mine, quote_valid_days=8)
    assert met.value.theirs["quote_valid_days"] == 7


def test_whoever_may_not_edit_changes_nothing(shared_office):
    clerk = shared_office.login("clerk")
    for module, change in (
        (office_settings, {"office_name": "Mine"}),
        (number_rules, {"order.prefix": "X-"}),
    ):
        base = load(clerk, module)
        with pytest.raises(NotYours):
            save(clerk, base, module, **change)
        assert load(clerk, module) == base


@pytest.mark.parametrize(
    "change",
    [
        {"payment_days": -1},
        {"quote_valid_days": 366},
        {"office_terms": "x" * 4001},
        {"office_copies": ["a"] * 2},
        {"office_copies": list("0123456789")},
        {"office_copies": ["a copy with a long name"]},
    ],
)
def test_what_no_paper_could_use_is_refused(shared_office, change):
    boss = shared_office.login("boss")
    base = load(boss)
    assert set(office_settings.wrong(base | change)) == set(change)
    with pytest.raises(KnownError):
        save(boss, base, **change)
    assert load(boss) == base


def test_the_currency_is_free_until_there_are_documents(office_db):
    boss = office_db.login("boss")
    assert not load(boss)["has_documents"]
    order(office_db, "boss", customer(office_db, "boss", "First"))
    assert load(boss)["has_documents"]


def test_a_logo_is_stored_once_and_taken_away(office_db):
    boss = office_db.login("boss")
    before = load(boss)
    after = save(boss, before, office_logo=Picture(PIXEL))
    assert after["office_logo"].content == PIXEL
    assert stored(office_db, "office_logo")[0] == after["office_logo"].id
    assert load(office_db.login("clerk"))["office_logo"] == after["office_logo"]
    without = save(boss, after, office_logo=None)
    assert without["office_logo"] is None
    again = save(boss, without, office_logo=Picture(PIXEL))
    assert again["office_logo"].id == after["office_logo"].id


def number(db):
    """The next number of an order, taken and given back."""
    with closing(db.superuser()) as connection, connection.cursor() as cursor:
        connection.autocommit = False
        cursor.execute("SELECT next_number('order')")
        (made,) = cursor.fetchone()
        connection.rollback()
        return made


def test_the_example_is_the_number_that_comes(office_db):
    boss = office_db.login("boss")
    office_db.ask(None, "SELECT take_numbers('order', 41)")
    for prefix, date_part, digits, reset in (
        ("SO-", "YYYY", 4, "year"),
        ("销", "YYYYMMDD", 3, "day"),
        (None, "YYYYMM", 1, "month"),
        ("A", "", 9, "never"),
        ("B-", "YYYYMMDD", 2, "never"),
    ):
        base = load(boss, number_rules)
        rule = {"prefix": prefix, "date_part": date_part, "digits": digits, "reset": reset}
        changes = {f"order.{part}": value for part, value in rule.items()}
        after = save(boss, base, number_rules, **changes)
        assert rule_of(after, "order") == rule
        shown = example(rule, after["counted"]["order"], after["today"])
        assert shown == number(office_db)
        office_db.ask(None, "SELECT take_numbers('order', 12)")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"order.date_part": ""}, "order.reset"),
        ({"order.reset": "month"}, "order.reset"),
        ({"order.reset": "day", "order.date_part": "YYYYMM"}, "order.reset"),
        ({"order.digits": 0}, "order.digits"),
        ({"order.digits": 10}, "order.digits"),
        ({"order.digits": None}, "order.digits"),
        ({"order.prefix": "S O"}, "order.prefix"),
    ],
)
def test_a_rule_that_would_give_a_number_twice_is_refused(shared_office, change, field):
    boss = shared_office.login("boss")
    base = load(boss, number_rules)
    assert list(number_rules.wrong(base | change)) == [field]
    with pytest.raises(KnownError):
        save(boss, base, number_rules, **change)
    assert load(boss, number_rules) == base


def test_two_who_change_one_rule_are_told(office_db):
    boss, admin = office_db.login("boss"), office_db.login("admin")
    mine = load(boss, number_rules)
    save(admin, mine, number_rules, **{"order.digits": 6})
    assert save(boss, mine, number_rules, **{"customer.digits": 6})["order.digits"] == 6
    with pytest.raises(Conflict) as met:
        save(boss, mine, number_rules, **{"order.prefix": "X-"})
    assert met.value.theirs["order.digits"] == 6


def test_rules_that_look_alike_are_found(shared_office):
    base = load(shared_office.login("boss"), number_rules)
    assert not number_rules.alike(base)
    same = {"customer.prefix": base["order.prefix"], "customer.date_part": "YYYY"}
    assert number_rules.alike(base | same) == {"order": "Customers"}
