"""Key fields change with a reason only, and where the office wants it after approval."""

import json
from contextlib import closing

import pytest

from tests.server.samples import customer, refusal, value

RENAME = "UPDATE customer SET name = 'New' WHERE id = %s"
ASK = "SELECT request_change(%s, %s, %s)"
DECIDE = "SELECT decide_request(%s, %s, %s)"
WANTED = {"name": "New", "credit_limit": 500}
ALLOW = "SELECT set_permission(%s, 'customer', 'delete', %s)"
PREVIEW = "SELECT restore_preview(%s)"
STATE = "SELECT state, decided_by, answer FROM change_request WHERE id = %s"
NAME = "SELECT name, credit_limit FROM customer WHERE id = %s"


@pytest.fixture
def office(office_db):
    return office_db


@pytest.fixture
def mine(office):
    return customer(office, "ann", "Old")


@pytest.fixture
def strict(office):
    """An office that wants approval."""
    setting = "INSERT INTO setting (key, value) VALUES ('key_fields_need_approval', 'true')"
    office.ask("admin", setting + " ON CONFLICT (key) DO UPDATE SET value = 'true'")
    return office


def let_boss_alone(strict, alone=True):
    """Whether the boss is the only one who may approve, and so changes what no one else would."""
    allow = "SELECT set_permission(%s, 'customer', 'approve', %s)"
    strict.ask("admin", allow, strict.id_of("admin"), False if alone else None)


def ask(office, user, of, why="Renamed", **wanted):
    return value(office, user, ASK, of, json.dumps(wanted or WANTED), why)


def reasons(office, of):
    query = "SELECT reason FROM record_history('customer', %s) WHERE op = 'update'"
    return [row[0] for row in office.ask("ann", query, of)]


def test_a_key_field_needs_a_reason_which_the_history_keeps(office, mine):
    for blank in ("", " \t　"):
        with closing(office.psql("ann")) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT set_config('kehu.reason', %s, false)", (blank,))
            with pytest.raises(Exception, match="with a reason") as caught:
                cursor.execute(RENAME, (mine,))
            assert (caught.value.pgcode, caught.value.diag.column_name) == ("KH005", "reason")
    office.ask("ann", "UPDATE customer SET phone = '1', name = name WHERE id = %s", mine)
    # Given late, and taken away before the history is written.
    office.ask(
        "ann",
        "BEGIN; UPDATE customer SET phone = '2' WHERE id = %s; SET LOCAL kehu.reason = 'Late';"
        + RENAME
        + " RETURNING set_config('kehu.reason', '', true); COMMIT",
        mine,
        mine,
    )
    assert reasons(office, mine) == ["Late", "Late", None]


def test_what_is_new_in_the_transaction_needs_none(office):
    office.ask(
        "ann",
        "BEGIN; INSERT INTO customer (name) VALUES ('Fresh');"
        "UPDATE customer SET bank = 'B' WHERE name = 'Fresh'; COMMIT",
    )
    assert refusal(office, "ann", "UPDATE customer SET bank = 'C' WHERE name = 'Fresh'") == "KH005"


def test_an_owner_changes_with_a_reason(office, mine):
    bob = office.id_of("bob")
    moved = "SELECT assign_customers(ARRAY[%s], %s)"
    assert refusal(office, "boss", moved, mine, bob) == "KH005"
    office.ask("boss", "SELECT assign_customers(ARRAY[%s], %s, 'Bob knows them')", mine, bob)
    query = "SELECT reason FROM record_history('customer', %s) LIMIT 1"
    assert value(office, "boss", query, mine) == "Bob knows them"


def test_which_fields_are_key_fields_is_the_offices_choice(office, mine):
    chosen = "INSERT INTO setting (key, value) VALUES ('key_fields', '[\"phone\"]')"
    office.ask("admin", chosen + " ON CONFLICT (key) DO UPDATE SET value = excluded.value")
    office.ask("ann", RENAME, mine)
    assert refusal(office, "ann", "UPDATE customer SET phone = '1' WHERE id = %s", mine) == "KH005"


def test_another_person_approves(strict, mine):
    change = "SET kehu.reason = 'Renamed'; " + RENAME
    assert refusal(strict, "ann", change, mine) == "KH004"
    number = ask(strict, "ann", mine)
    assert value(strict, "ann", "SELECT fields FROM change_request WHERE id = %s", number) == {
        "name": {"old": "Old", "new": "New"},
        "credit_limit": {"old": None, "new": 500.0},
    }
    assert refusal(strict, "ann", ASK, mine, json.dumps(WANTED), "Again") == "KH004"
    assert refusal(strict, "ann", DECIDE, number, True, "") == "42501"
    strict.ask("boss", DECIDE, number, True, "Fine")
    assert strict.ask("ann", NAME, mine) == [("New", 500)]
    assert strict.ask("ann", STATE, number) == [("approved", strict.id_of("boss"), "Fine")]
    assert reasons(strict, mine) == ["Renamed"]
    assert refusal(strict, "boss", DECIDE, number, False, "") == "KH004"
    logged = "SELECT op FROM history WHERE table_name = 'change_request' AND row_id = %s"
    assert sorted(strict.ask("ann", logged, number)) == [("insert",), ("update",)]


def test_nobody_approves_their_own_request(strict, mine):
    number = ask(strict, "boss", mine)
    assert refusal(strict, "boss", DECIDE, number, True, "") == "KH004"
    strict.ask("admin", DECIDE, number, False, "No")
    assert strict.ask("ann", NAME, mine) == [("Old", None)]
    assert strict.ask("ann", STATE, number) == [("refused", strict.id_of("admin"), "No")]


def test_who_may_approve_asks_as_well_unless_nobody_else_may(strict, mine):
    change = "SET kehu.reason = 'Renamed'; " + RENAME
    alone = "SELECT my_rights() -> 'approves_alone'"
    for user in ("boss", "admin"):
        assert refusal(strict, user, change, mine) == "KH004"
        assert value(strict, user, alone) is False
    let_boss_alone(strict)
    assert value(strict, "boss", alone) is True
    assert refusal(strict, "boss", change, mine) == ""
    assert refusal(strict, "ann", change.replace("New", "Newer"), mine) == "KH004"
    # Who cannot log in approves nothing.
    let_boss_alone(strict, alone=False)
    fire = "SELECT save_operator(jsonb_build_object('id', id, 'active', false), version)"
    strict.ask("admin", fire + " FROM operator WHERE login = 'boss'")
    assert refusal(strict, "admin", change.replace("New", "Newest"), mine) == ""


def test_an_approval_lets_nothing_else_through(strict, mine):
    number = ask(strict, "ann", mine)
    with closing(strict.psql("boss")) as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN; " + DECIDE, (number, True, ""))
        cursor.execute("SET LOCAL kehu.reason = 'x'")
        for field, other in (("name", "Newest"), ("bank", "B")):
            cursor.execute("SAVEPOINT s")
            with pytest.raises(Exception, match="need approval"):
                cursor.execute(f"UPDATE customer SET {field} = %s WHERE id = %s", (other, mine))
            cursor.execute("ROLLBACK TO s")
        cursor.execute("COMMIT")
    assert strict.ask("ann", NAME, mine) == [("New", 500)]
    assert refusal(strict, "boss", "SET kehu.reason = 'x'; " + RENAME.replace("New", "Z"), mine)


def test_neither_yes_nor_no_is_no_answer(strict, mine):
    asked = ask(strict, "ann", mine)
    assert refusal(strict, "boss", DECIDE, asked, None, "") == "22004"
    assert strict.ask("ann", STATE, asked) == [("open", None, "")]
    assert strict.ask("ann", NAME, mine) == [("Old", None)]


def test_a_value_that_changed_meanwhile_closes_the_request(strict, mine):
    number = ask(strict, "ann", mine)
    strict.ask("boss", "UPDATE customer SET phone = '1' WHERE id = %s", mine)
    assert strict.ask("ann", STATE, number)[0][0] == "open"  # nobody asked for that
    change = "SET kehu.reason = 'Other'; UPDATE customer SET name = 'Other' WHERE id = %s"
    let_boss_alone(strict)
    strict.ask("boss", change, mine)
    assert strict.ask("ann", STATE, number) == [("overtaken", strict.id_of("boss"), "")]
    with pytest.raises(Exception, match="decided") as caught:
        strict.ask("boss", DECIDE, number, True, "")
    assert caught.value.diag.message_detail == "request_overtaken"
    assert strict.ask("ann", NAME, mine) == [("Other", None)]
    again = ask(strict, "ann", mine)  # and another one may be made
    strict.ask("boss", DECIDE, again, True, "")
    assert strict.ask("ann", NAME, mine) == [("New", 500)]
    assert strict.ask("ann", STATE, number)[0][0] == "overtaken"


def test_an_owner_who_changes_overtakes_as_well(strict, mine):
    wanted = {"owner_id": strict.id_of("bob")}
    number = ask(strict, "boss", mine, **wanted)
    moved = "SELECT assign_customers(ARRAY[%s], %s, 'Moved')"
    strict.ask("admin", moved, mine, strict.id_of("eve"))
    assert strict.ask("boss", STATE, number)[0][0] == "overtaken"


def plan(office, of, to):
    move = {"customer_id": of, "from_id": office.id_of("ann"), "to_id": office.id_of(to)}
    return json.dumps({"from_id": None, "moves": [move]})


def test_customers_change_hands_without_approval_unless_the_office_wants_it(strict, mine):
    hand_over = "SELECT (hand_over(%s::jsonb, 'Leaves') ->> 'id')::integer"
    made = value(strict, "manager", hand_over, plan(strict, mine, "bob"))
    strict.ask("manager", "SELECT undo_handover(%s)", made)
    also = "INSERT INTO setting (key, value) VALUES ('owner_needs_approval', 'true')"
    strict.ask("admin", also)
    assert refusal(strict, "manager", hand_over, plan(strict, mine, "bob")) == "KH004"
    moved = "SELECT assign_customers(ARRAY[%s], %s, 'Moved')"
    assert refusal(strict, "manager", moved, mine, strict.id_of("bob")) == "KH004"
    assert "Boss" in value(strict, "manager", "SELECT approvers()")
    assert "Manager" not in value(strict, "manager", "SELECT approvers()")
    number = ask(strict, "manager", mine, owner_id=strict.id_of("bob"))
    strict.ask("boss", DECIDE, number, True, "")
    owner = "SELECT owner_id FROM customer WHERE id = %s"
    assert value(strict, "boss", owner, mine) == strict.id_of("bob")
    # The name still needs approval, with or without the owner.
    strict.ask("admin", "UPDATE setting SET value = 'false' WHERE key = 'owner_needs_approval'")
    assert refusal(strict, "bob", "SET kehu.reason = 'x'; " + RENAME, mine) == "KH004"


def test_a_merge_asks_for_what_needs_approval(strict, mine):
    other = customer(strict, "ann", "Other")
    let_boss_alone(strict)
    strict.ask("boss", "SET kehu.reason = 'x'; UPDATE customer SET bank = 'B' WHERE id = %s", other)
    strict.ask("ann", "UPDATE customer SET website = 'w' WHERE id = %s", other)
    merge = "SELECT merge_customers(%s, %s, %s, 'Twice')"
    names = json.dumps(["name", "bank", "website"])
    doc = value(strict, "manager", merge, mine, other, names)
    assert doc["asked"] == ["bank", "name"]
    fields = "SELECT name, bank, website FROM customer WHERE id = %s"
    assert strict.ask("ann", fields, mine) == [("Old", None, "w")]
    of_merge = "SELECT id, state, reason FROM change_request WHERE customer_id = %s ORDER BY id"
    ((number, *told),) = strict.ask("ann", of_merge, mine)
    assert told == ["open", "Twice"]
    # Undone before anybody decided: nothing is asked for any more.
    doc = value(strict, "manager", "SELECT unmerge_customers(%s)", doc["id"])
    assert (doc["asked"], doc["stayed"]["fields"]) == ([], [])
    assert strict.ask("ann", STATE, number)[0][0] == "withdrawn"
    # Undone after it was approved: that the values go back is asked for as well.
    doc = value(strict, "manager", merge, mine, other, names)
    number = strict.ask("ann", of_merge, mine)[-1][0]
    strict.ask("boss", DECIDE, number, True, "")
    assert strict.ask("ann", fields, mine) == [("Other", "B", "w")]
    bin_ = value(strict, "boss", "SELECT deletion_of('customer', %s)", other)
    assert value(strict, "manager", PREVIEW, bin_)["merge"]["asked"] == ["bank", "name"]
    assert strict.ask("ann", fields, mine) == [("Other", "B", "w")]
    doc = value(strict, "manager", "SELECT unmerge_customers(%s)", doc["id"])
    assert doc["asked"] == ["bank", "name"]
    assert strict.ask("ann", fields, mine) == [("Other", "B", None)]
    strict.ask("boss", DECIDE, strict.ask("ann", of_merge, mine)[-1][0], True, "")
    assert strict.ask("ann", fields, mine) == [("Old", None, None)]


def test_a_customer_entered_anew_does_not_take_an_older_one_in(strict, mine):
    """Nobody approved the account it is entered with."""
    strict.ask("admin", ALLOW, strict.id_of("ann"), True)
    enter = "INSERT INTO customer (name, bank_account) VALUES ('Old', '6222020000000001')"
    strict.ask("ann", enter)
    new = value(strict, "ann", "SELECT max(id) FROM customer")
    merge = "SELECT merge_customers(%s, %s, '[]', 'Twice')"
    living = "SELECT id FROM customer WHERE id IN (%s, %s) AND deleted_at IS NULL"
    assert refusal(strict, "ann", merge, new, mine) == "KH004"
    assert refusal(strict, "ann", f"{enter}; {merge}", new, mine) == "KH004"
    assert len(strict.ask("ann", living, new, mine)) == 2
    strict.ask("ann", merge, mine, new)
    assert strict.ask("ann", living, new, mine) == [(mine,)]
    assert value(strict, "ann", "SELECT bank_account FROM customer WHERE id = %s", mine) is None
    # Not where key fields need none, and not for who would have to approve it alone.
    other = customer(strict, "ann", "Other")
    let_boss_alone(strict)
    strict.ask("boss", merge, other, mine)
    let_boss_alone(strict, False)
    strict.ask("admin", "UPDATE setting SET value = 'false' WHERE key = 'key_fields_need_approval'")
    strict.ask("ann", merge, customer(strict, "ann", "Third"), other)
    strict.ask("admin", ALLOW, strict.id_of("ann"), None)


def test_who_does_not_see_the_customer_sees_and_decides_nothing(strict, mine):
    number = ask(strict, "ann", mine)
    strict.ask(
        "admin", "SELECT set_permission(%s, 'customer', 'approve', true)", strict.id_of("eve")
    )
    assert strict.ask("eve", "SELECT * FROM change_request") == []
    assert refusal(strict, "eve", DECIDE, number, True, "") == "KH003"
    assert refusal(strict, "eve", ASK, mine, json.dumps(WANTED), "Mine") == "KH003"
    forged = "UPDATE change_request SET state = 'approved'"
    assert refusal(strict, "ann", forged) == "42501"
    assert refusal(strict, "boss", "SELECT withdraw_request(%s)", number) == "42501"
    strict.ask("ann", "SELECT withdraw_request(%s)", number)
    assert strict.ask("ann", STATE, number)[0][0] == "withdrawn"


@pytest.mark.parametrize("way", ["assigned", "deleted", "no right"])
def test_who_asked_withdraws_it_though_the_customer_is_seen_no_longer(strict, mine, way):
    wanted = {"bank": "B", "bank_account": "6222020000000001"}
    number = value(strict, "ann", ASK, mine, json.dumps(wanted), "Renamed")
    lost = "SELECT id, fields, reason FROM lost_requests()"
    view = "SELECT set_permission(%s, 'customer', 'view', %s)"
    assert strict.ask("ann", lost) == []
    if way == "assigned":
        ids = (mine, strict.id_of("bob"))
        strict.ask("boss", "SELECT assign_customers(ARRAY[%s], %s, 'moved')", *ids)
    elif way == "deleted":
        strict.ask("boss", "SELECT delete_records('customer', ARRAY[%s])", mine)
    else:
        strict.ask("admin", view, strict.id_of("ann"), False)
    joined = "SELECT FROM change_request r JOIN customer c ON c.id = r.customer_id"
    assert strict.ask("ann", joined) == []
    # What she wrote herself, and nothing of the customer.
    told = {
        "bank": {"old": None, "new": "B"},
        "bank_account": {"old": None, "new": "****0001"},
    }
    allow = "SELECT set_permission(%s, 'customer', 'whole', %s)"
    strict.ask("admin", allow, strict.id_of("ann"), False)
    assert strict.ask("ann", lost) == [(number, told, "Renamed")]
    assert strict.ask("boss", lost) == strict.ask("eve", lost) == []
    assert refusal(strict, "eve", "SELECT withdraw_request(%s)", number) == "KH003"
    strict.ask("ann", "SELECT withdraw_request(%s)", number)
    assert strict.ask(None, STATE, number)[0][0] == "withdrawn"
    assert strict.ask("ann", lost) == []
    strict.ask("admin", view, strict.id_of("ann"), None)
    strict.ask("admin", allow, strict.id_of("ann"), None)


@pytest.mark.parametrize(
    ("user", "wanted", "why", "state"),
    [
        ("ann", {"name": "New"}, " ", "KH005"),
        ("ann", {"name": "Old"}, "Why", "KH004"),
        ("ann", {"name": ""}, "Why", "23514"),
        ("ann", {"name": None}, "Why", "23502"),
        ("ann", {"credit_limit": "NaN"}, "Why", "23514"),
        ("ann", {"remarks": "x"}, "Why", "42501"),
        ("ann", {"number": "C-9"}, "Why", "42501"),
        ("ann", {"owner_id": 1}, "Why", "42501"),
        ("serge", {"name": "New"}, "Why", "KH003"),
    ],
)
def test_what_cannot_be_asked_for(strict, mine, user, wanted, why, state):
    assert refusal(strict, user, ASK, mine, json.dumps(wanted), why) == state


@pytest.mark.parametrize("way", ["share_customer", "set_deputy"])
def test_what_is_lent_is_not_asked_for(office, mine, way):
    """Two who see a customer for some days do not give it to one of them for good."""
    eve = office.id_of("eve")
    lent = mine if way == "share_customer" else office.id_of("ann")
    for right in ("assign", "approve"):
        allow = "SELECT set_permission(%s, 'customer', %s, true)"
        office.ask("admin", allow, eve, right)
    office.ask("ann", f"SELECT {way}(%s, %s, '2200-01-01')", lent, eve)
    assert office.ask("eve", NAME, mine)
    assert refusal(office, "eve", ASK, mine, json.dumps({"owner_id": eve}), "Mine") == "KH003"
    assert refusal(office, "eve", ASK, mine, json.dumps({"bank": "B"}), "Moved") == ""


@pytest.mark.parametrize(
    "wanted", [{"number": "C-9"}, {"deleted_at": "2020-01-01"}, {"created_by": 1}, {"version": 9}]
)
def test_no_setting_makes_a_key_field_of_what_nobody_types(office, mine, wanted):
    named = "INSERT INTO setting (key, value) VALUES ('key_fields', %s)"
    office.ask("boss", named, json.dumps(["name", *wanted]))
    assert refusal(office, "ann", ASK, mine, json.dumps(wanted), "Why") == "42501"
