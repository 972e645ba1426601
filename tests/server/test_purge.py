"""What the bin shows before it gives something back, and what leaves it for good."""

from contextlib import closing

import psycopg2
import pytest

from tests.server import samples
from tests.server.samples import contact, customer, draft, order, product, refusal, value

DELETE = "SELECT delete_records(%s, ARRAY[%s])"
RESTORE = "SELECT restore_records(%s, %s)"
PURGE = "SELECT purge_records(%s, %s)"
PREVIEW = "SELECT restore_preview(%s)"
LIST = "SELECT deletion, kind, title, customer, taken, who FROM bin_list(NULL, 1000)"
HISTORY = "SELECT table_name::text, op, before, reason FROM history h JOIN change c"
HISTORY += " ON c.id = h.change_id WHERE customer_id = %s ORDER BY h.id"


def in_bin(office, user):
    return {row[0]: row[1:] for row in office.ask(user, LIST)}


def test_one_hears_before_deleting_what_goes_along(office):
    mine = customer(office, "clerk", "With much")
    contact(office, "clerk", mine), contact(office, "clerk", mine)
    draft(office, "clerk", mine)
    extent = "SELECT deletion_extent('customer', ARRAY[%s])"
    assert value(office, "clerk", extent, mine) == {
        "contact": 2,
        "sales_order": 1,
        "order_line": 1,
    }
    assert value(office, "bob", extent, mine) == {}


def test_the_bin_tells_what_one_could_see_and_nothing_more(office):
    hers, eves = customer(office, "ann", "Ann's own"), customer(office, "eve", "Eve's own")
    contact(office, "ann", hers)
    first = value(office, "boss", DELETE, "customer", hers)
    second = value(office, "boss", DELETE, "customer", eves)
    whole = {"customer": 1, "contact": 1}
    for user, seen in (
        ("boss", {first, second}),
        ("admin", {first, second}),
        ("manager", {first}),
        ("ann", {first}),
        ("bob", set()),
        ("eve", {second}),
        ("serge", {second}),
    ):
        found = in_bin(office, user)
        assert found.keys() & {first, second} == seen, user
        for deletion in (first, second):
            assert (value(office, user, PREVIEW, deletion) is not None) == (deletion in seen)
        if first in seen:
            assert found[first] == ("customer", "Ann's own", None, whole, "Boss")
    assert value(office, "ann", PREVIEW, first)["may"] is False
    assert value(office, "manager", PREVIEW, first)["may"] is True


def test_a_share_and_a_deputy_let_into_the_bin_as_far_as_into_the_list(office):
    hers = customer(office, "eve", "Eve's, shared")
    person = contact(office, "eve", hers)
    share = "SELECT share_customer(%s, %s, '2200-01-01')"
    office.ask("eve", share, hers, office.id_of("bob"))
    deletion = value(office, "boss", DELETE, "contact", person)
    assert in_bin(office, "bob")[deletion][:3] == ("contact", "Contact", "Eve's, shared")
    assert deletion not in in_bin(office, "ann")
    deputy = "SELECT set_deputy(%s, %s, '2200-01-01')"
    office.ask("admin", deputy, office.id_of("eve"), office.id_of("ann"))
    assert deletion in in_bin(office, "ann")
    office.ask("admin", deputy.replace("2200", "2020"), office.id_of("eve"), office.id_of("ann"))
    assert deletion not in in_bin(office, "ann")


def test_the_list_goes_on_where_it_ended(office):
    for n in range(5):
        office.ask("boss", DELETE, "customer", customer(office, "clerk", f"Page {n}"))
    pages, last = [], None
    while rows := office.ask("boss", "SELECT deletion FROM bin_list(%s, 2)", last):
        pages += [deletion for (deletion,) in rows]
        last = pages[-1]
    assert pages == [row[0] for row in office.ask("boss", LIST)]


def test_a_taken_code_is_named_and_another_one_taken_instead(office):
    insert = "INSERT INTO industry (code, name) VALUES (%s, %s) RETURNING id"
    old = value(office, "admin", insert, "TAKEN", "Old")
    deletion = value(office, "admin", DELETE, "industry", old)
    value(office, "admin", insert, "TAKEN", "Living")
    (clash,) = value(office, "admin", PREVIEW, deletion)["clashes"]
    told = {"kind": "industry", "id": old, "value": "TAKEN", "title": "Old", "by": "Living"}
    assert clash == told | {"what": "code"}
    renamed = f'{{"industry": {{"{old}": {{"code": "FREE"}}}}}}'
    assert refusal(office, "admin", RESTORE, deletion, "{}") == "23505"
    assert refusal(office, "admin", RESTORE, deletion, renamed.replace("FREE", "")) == "23514"
    assert value(office, "admin", RESTORE, deletion, renamed) == 1
    query = "SELECT code, name FROM industry WHERE id = %s"
    assert office.ask("ann", query, old) == [("FREE", "Old")]


def test_nothing_but_a_code_or_a_name_is_changed_by_restoring(office):
    mine = customer(office, "clerk", "Keeps its name")
    deletion = value(office, "clerk", DELETE, "customer", mine)
    renamed = f'{{"customer": {{"{mine}": {{"name": "X", "owner_id": 1}}}}}}'
    office.ask("boss", RESTORE, deletion, renamed)
    query = "SELECT name FROM customer WHERE id = %s"
    assert value(office, "clerk", query, mine) == "Keeps its name"


def test_what_a_record_will_lack_is_said(office):
    kind = "INSERT INTO customer_type (code, name) VALUES ('GONE', 'Gone type') RETURNING id"
    type_ = value(office, "admin", kind)
    mine = customer(office, "clerk", "Of a gone type")
    office.ask("clerk", "UPDATE customer SET type_id = %s WHERE id = %s", type_, mine)
    person = contact(office, "clerk", mine)
    alone = value(office, "clerk", DELETE, "contact", person)
    whole = value(office, "clerk", DELETE, "customer", mine)
    office.ask("admin", DELETE, "customer_type", type_)
    (lack,) = value(office, "boss", PREVIEW, whole)["lacks"]
    assert (lack["column"], lack["target"], lack["title"]) == (
        "type_id",
        "customer_type",
        "Gone type",
    )
    (clash,) = value(office, "boss", PREVIEW, alone)["clashes"]
    assert (clash["what"], clash["title"]) == ("customer", "Of a gone type")


@pytest.mark.parametrize("user", ["boss", "manager", "clerk", "ann", "serge"])
def test_only_an_administrator_erases_for_good(office, user):
    mine = customer(office, "clerk", "Stays in the bin")
    deletion = value(office, "clerk", DELETE, "customer", mine)
    assert refusal(office, user, PURGE, deletion, "I want it so") == "42501"


def test_erasing_needs_a_reason_and_something_to_erase(office):
    mine = customer(office, "clerk", "Needs a reason")
    deletion = value(office, "clerk", DELETE, "customer", mine)
    for reason in (None, "", "  "):
        assert refusal(office, "admin", PURGE, deletion, reason) == "KH005"
    assert refusal(office, "admin", PURGE, 10**12, "why not") == "KH001"
    assert deletion in in_bin(office, "admin")


def test_what_is_erased_stays_in_the_history_for_administrators(office):
    mine = customer(office, "ann", "Erased for good")
    person = contact(office, "ann", mine, "Erased as well")
    doc = draft(office, "ann", mine)
    share = "SELECT share_customer(%s, %s, '2200-01-01')"
    office.ask("ann", share, mine, office.id_of("bob"))
    early = value(office, "boss", DELETE, "contact", person)
    deletion = value(office, "boss", DELETE, "customer", mine)
    assert value(office, "admin", PURGE, deletion, "asked to be forgotten") == 4
    for table, id_ in (("customer", mine), ("contact", person), ("sales_order", doc["id"])):
        query = f"SELECT count(*) FROM {table} WHERE id = %s"
        assert value(office, None, query, id_) == 0
    assert not in_bin(office, "admin").keys() & {early, deletion}
    entries = office.ask("admin", HISTORY, mine)
    erased = {table: (before, why) for table, op, before, why in entries if op == "erase"}
    assert erased["customer"][0]["name"] == "Erased for good"
    assert erased["contact"][0]["name"] == "Erased as well"
    assert erased["sales_order"][0]["total"] == 20
    assert erased["order_line"][0]["quantity"] == 2
    assert {why for _before, why in erased.values()} == {"asked to be forgotten"}
    assert [entry for entry in entries if entry[1] == "insert"]
    assert len(office.ask("boss", HISTORY, mine)) == len(entries)
    for user in ("ann", "manager", "clerk", "serge", "bob"):
        assert office.ask(user, HISTORY, mine) == [], user


def test_what_something_still_points_at_is_not_erased(office):
    goods = product(office, "POINTED")
    mine = customer(office, "clerk", "Points at it")
    lines = [{**samples.LINE, "product_id": goods}]
    doc = samples.save(office, "clerk", samples.document(office, mine, lines))
    of_order = value(office, "clerk", DELETE, "sales_order", doc["id"])
    of_goods = value(office, "admin", DELETE, "product", goods)
    with pytest.raises(psycopg2.Error) as refused:
        office.ask("admin", PURGE, of_goods, "tidying up")
    assert (refused.value.pgcode, refused.value.diag.message_detail) == ("KH004", "pointed_at")
    assert value(office, "admin", PURGE, of_order, "tidying up") == 2
    assert value(office, "admin", PURGE, of_goods, "tidying up") == 1


def test_numbered_documents_are_never_erased(office):
    mine = customer(office, "clerk", "Has a number")
    doc = order(office, "clerk", mine)
    for table, id_ in (("customer", mine), ("sales_order", doc["id"])):
        query = f"UPDATE {table} SET deleted_at = now(), deletion_id = 777777 WHERE id = %s"
        office.ask(None, query, id_)  # as only a superuser can
    assert refusal(office, "admin", PURGE, 777777, "by force") == "KH004"


def test_an_administrator_who_sees_less_erases_less(office_db):
    hers = customer(office_db, "eve", "Not the administrator's")
    deletion = value(office_db, "boss", DELETE, "customer", hers)
    office_db.ask(None, "UPDATE operator SET scope = 'own' WHERE login = 'admin'")
    with closing(office_db.psql("admin")) as connection, connection.cursor() as cursor:
        with pytest.raises(psycopg2.Error) as refused:
            cursor.execute(PURGE, (deletion, "unseen"))
        assert refused.value.pgcode == "KH003"
