"""Groups of customers: the office's are everybody's, one's own are nobody else's business."""

from contextlib import closing

import psycopg2
import pytest

from server_schema.tables import TABLES
from tests.server.samples import call, customer, refusal, value

MADE = "INSERT INTO customer_group (name, private_to) VALUES (%s, %s) RETURNING id"
PUT = "INSERT INTO group_member (group_id, customer_id) VALUES (%s, %s)"
OUT = "DELETE FROM group_member WHERE group_id = %s AND customer_id = %s RETURNING id"
IN = "SELECT customer_id FROM group_member WHERE group_id = %s ORDER BY 1"


def group(office, user, name, own=False):
    return value(office, user, MADE, name, office.id_of(user) if own else None)


def members(office, user, of):
    return [number for (number,) in office.ask(user, IN, of)]


def delete(office, user, kind, *ids):
    return value(office, user, "SELECT delete_records(%s, %s)", kind, list(ids))


def put(office, user, of, *customers):
    for number in customers:
        office.ask(user, PUT, of, number)


def test_who_may_make_name_and_fill_groups(office):
    hers, his = customer(office, "ann", "Hers"), customer(office, "eve", "His")
    fair = group(office, "boss", "Fair 2026")
    assert refusal(office, "ann", MADE, "Fair 2027", None) == "42501"
    rename = "UPDATE customer_group SET name = 'x' WHERE id = %s RETURNING id"
    assert office.ask("ann", rename, fair) == []
    put(office, "ann", fair, hers)
    assert refusal(office, "ann", PUT, fair, his) == "42501"
    put(office, "eve", fair, his)
    assert (members(office, "ann", fair), members(office, "boss", fair)) == ([hers], [hers, his])
    # Service staff may edit customers they see; who may only view them changes no group.
    office.ask("admin", "SELECT set_permission(%s, 'customer', 'edit', false)", office.id_of("bob"))
    office.ask("boss", "SELECT share_customer(%s, %s, '2200-01-01')", hers, office.id_of("bob"))
    assert members(office, "bob", fair) == [hers]
    assert office.ask("bob", OUT, fair, hers) == []
    assert len(office.ask("ann", OUT, fair, hers)) == 1
    assert office.ask("ann", OUT, fair, his) == []


def test_nobody_learns_of_anothers_own_group(office):
    known = customer(office, "ann", "Known to all of us")
    mine = group(office, "ann", "Birthday gifts", own=True)
    put(office, "ann", mine, known)
    for other in ("boss", "admin", "manager"):
        assert members(office, other, mine) == []
        assert office.ask(other, "SELECT id FROM customer_group WHERE id = %s", mine) == []
        assert office.ask(other, OUT, mine, known) == []
        assert refusal(office, other, PUT, mine, known) == refusal(office, other, PUT, 0, known)
        gone = "SELECT delete_records('customer_group', %s)"
        assert refusal(office, other, gone, [mine]) in ("KH003", "42501")
    # Its name is free for others, its history nobody's, and nobody makes one for somebody else.
    group(office, "boss", "Birthday gifts", own=True)
    group(office, "boss", "Birthday gifts")
    assert refusal(office, "ann", MADE, "Birthday gifts", office.id_of("ann")) == "23505"
    assert refusal(office, "boss", MADE, "x", office.id_of("ann")) == "42501"
    office.ask("ann", OUT, mine, known)
    told = (
        "SELECT table_name FROM history WHERE table_name = 'group_member' AND customer_id = %s"
        " OR table_name = 'customer_group' AND row_id = %s"
    )
    for reader in (None, "boss", "ann"):
        assert office.ask(reader, told, known, mine) == [], reader


def test_one_deletes_ones_own_group_with_those_in_it(office):
    of = customer(office, "ann", "Put aside")
    mine, fair = group(office, "ann", "Aside", own=True), group(office, "boss", "Aside")
    put(office, "ann", mine, of)
    office.ask("boss", "DELETE FROM customer_group WHERE id = ANY (%s)", [mine, fair])
    assert members(office, "ann", mine) == [of]
    office.ask("ann", "DELETE FROM customer_group")
    assert office.ask(None, IN, mine) == []
    assert members(office, "boss", fair) == []
    assert len(office.ask("boss", "SELECT id FROM customer_group WHERE id = %s", fair)) == 1


def test_the_offices_groups_come_back_from_the_bin_with_those_in_them(office):
    of = customer(office, "ann", "To come back")
    fair = group(office, "boss", "Binned")
    put(office, "ann", fair, of)
    assert refusal(office, "boss", "SELECT delete_records('customer_group', %s)", [fair]) == "42501"
    deletion = delete(office, "admin", "customer_group", fair)
    assert refusal(office, "ann", PUT, fair, customer(office, "ann", "Late")) == "42501"
    group(office, "admin", "Binned", own=True)
    assert call(office, "admin", "restore_clashes", deletion) == []
    group(office, "boss", "Binned")
    (clash,) = call(office, "admin", "restore_clashes", deletion)
    assert clash["value"] == "Binned"
    call(office, "admin", "restore_records", deletion, {"customer_group": {fair: {"name": "Old"}}})
    named = "SELECT name FROM customer_group WHERE id = %s"
    assert office.ask("ann", named, fair) == [("Old",)]
    assert members(office, "ann", fair) == [of]
    again = delete(office, "admin", "customer_group", fair)
    call(office, "admin", "purge_records", again, "never again")
    assert office.ask(None, IN, fair) == []


def test_a_customer_takes_its_groups_to_the_bin_and_back_and_leaves_them_for_good(office):
    of = customer(office, "ann", "In and out")
    fair = group(office, "boss", "Comes and goes")
    put(office, "ann", fair, of)
    deletion = delete(office, "clerk", "customer", of)
    call(office, "admin", "restore_records", deletion)
    assert members(office, "ann", fair) == [of]
    deletion = delete(office, "clerk", "customer", of)
    call(office, "admin", "purge_records", deletion, "asked for")
    assert office.ask(None, IN, fair) == []


def test_a_hand_over_takes_the_offices_groups_along_and_leaves_ones_own_behind(office):
    of = customer(office, "ann", "Moves on")
    fair, mine = group(office, "boss", "Stays in"), group(office, "ann", "Only mine", own=True)
    put(office, "ann", fair, of)
    put(office, "ann", mine, of)
    ann, eve = office.id_of("ann"), office.id_of("eve")
    move = {"customer_id": of, "from_id": ann, "to_id": eve}
    made = call(office, "boss", "hand_over", {"from_id": None, "moves": [move]}, "leaves")
    assert (members(office, "eve", fair), members(office, "eve", mine)) == ([of], [])
    assert (members(office, "ann", fair), members(office, "ann", mine)) == ([], [])
    # What comes back is where it was.
    call(office, "boss", "undo_handover", made["id"])
    assert (members(office, "ann", fair), members(office, "ann", mine)) == ([of], [of])


def test_a_merge_keeps_the_groups_of_both_and_gives_them_back(office):
    kept, dropped = customer(office, "ann", "Kept"), customer(office, "ann", "Dropped")
    both, one = group(office, "boss", "Both"), group(office, "boss", "One of them")
    mine = group(office, "bob", "Of a colleague", own=True)
    office.ask("boss", "SELECT share_customer(%s, %s, '2200-01-01')", dropped, office.id_of("bob"))
    put(office, "ann", both, kept, dropped)
    put(office, "ann", one, dropped)
    put(office, "bob", mine, dropped)
    told = call(office, "clerk", "merge_customers", kept, dropped, [], "the same")
    assert "group_member" not in told["moved"]
    assert members(office, "boss", one) == [kept]
    assert members(office, "bob", mine) == [kept]
    office.ask("ann", OUT, one, kept)
    told = call(office, "clerk", "unmerge_customers", told["id"])
    assert told["stayed"]["moved"] == {}
    assert members(office, "boss", both) == [kept, dropped]
    assert (members(office, "boss", one), members(office, "bob", mine)) == ([], [dropped])


def test_the_history_tells_who_put_whom_into_which_group(office):
    of = customer(office, "ann", "Told of")
    fair = group(office, "boss", "Told of")
    put(office, "ann", fair, of)
    office.ask("ann", OUT, fair, of)
    told = "SELECT op, coalesce(after, before) FROM history WHERE table_name = 'group_member'"
    told += " AND customer_id = %s ORDER BY id"
    values = {"group_id": fair, "customer_id": of}
    assert office.ask("ann", told, of) == [("insert", values), ("erase", values)]
    assert office.ask("eve", told, of) == []


def test_what_is_private_is_so_in_every_table_that_says_it(office):
    """A table with such a column is declared, and its policy is no permissive one."""
    columns = office.ask(
        None,
        "SELECT table_name::text FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'private_to'",
    )
    assert {name for (name,) in columns} == {t.name for t in TABLES if t.private}
    mine = group(office, "ann", "Never the office's", own=True)
    with closing(office.psql("ann")) as connection, connection.cursor() as cursor:
        for tried in ("customer_group", "group_member"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(f"UPDATE {tried} SET private_to = NULL")
    assert value(
        office, None, "SELECT private_to IS NOT NULL FROM customer_group WHERE id = %s", mine
    )
