"""Deleting puts away what hangs on a record too, and all of it can come back."""

import threading
from contextlib import closing

import psycopg2
import pytest

from tests.server import samples
from tests.server.samples import contact, customer, draft, order, product, refusal, value

DELETE = "SELECT delete_records(%s, ARRAY[%s])"
CHECK = "SELECT check_deletion(%s, ARRAY[%s])"
RESTORE = "SELECT restore_records(%s)"


def living(office, user, table, id_):
    return value(office, user, f"SELECT count(*) FROM {table} WHERE id = %s", id_) == 1


def test_a_customer_goes_with_its_children_and_comes_back_with_them(office):
    mine = customer(office, "clerk", "Put away")
    person = contact(office, "clerk", mine)
    doc = draft(office, "clerk", mine)
    line = doc["lines"][0]["id"]
    bin_ = value(office, "clerk", DELETE, "customer", mine)
    rows = (
        ("customer", mine),
        ("contact", person),
        ("sales_order", doc["id"]),
        ("order_line", line),
    )
    for table, id_ in rows:
        assert not living(office, "clerk", table, id_), table
        assert not living(office, "boss", table, id_), table
    assert value(office, "boss", RESTORE, bin_) == 4
    for table, id_ in rows:
        assert living(office, "clerk", table, id_), table
    total = "SELECT total FROM sales_order WHERE id = %s"
    assert value(office, "clerk", total, doc["id"]) == 20


def test_all_drafts_of_a_customer_are_one_deletion(office):
    mine = customer(office, "clerk", "With drafts of all kinds")
    contact(office, "clerk", mine)
    draft(office, "clerk", mine)
    samples.quote(office, "clerk", mine)
    samples.receipt(office, "clerk", mine, 5)
    whole = value(office, "clerk", DELETE, "customer", mine)
    taken = "SELECT taken FROM bin_list(%s, 1)"
    kinds = {"customer", "contact", "sales_order", "order_line", "quote", "quote_line", "receipt"}
    assert value(office, "boss", taken, whole + 1) == dict.fromkeys(kinds, 1)
    assert value(office, "boss", RESTORE, whole) == len(kinds)


def test_only_what_went_together_comes_back_together(office):
    mine = customer(office, "clerk", "Twice")
    first, second = contact(office, "clerk", mine), contact(office, "clerk", mine)
    alone = value(office, "clerk", DELETE, "contact", first)
    whole = value(office, "clerk", DELETE, "customer", mine)
    # a contact cannot be had without its customer
    assert refusal(office, "boss", RESTORE, alone) == "KH004"
    assert value(office, "boss", RESTORE, whole) == 2
    assert (
        living(office, "boss", "contact", first),
        living(office, "boss", "contact", second),
    ) == (
        False,
        True,
    )
    assert value(office, "boss", RESTORE, alone) == 1


def test_numbered_documents_are_never_deleted(office):
    mine = customer(office, "clerk", "Numbered")
    doc = order(office, "clerk", mine)
    assert refusal(office, "clerk", DELETE, "sales_order", doc["id"]) == "KH004"
    assert refusal(office, "clerk", DELETE, "customer", mine) == "KH004"
    assert refusal(office, "clerk", CHECK, "customer", mine) == "KH004"
    assert refusal(office, "clerk", "DELETE FROM sales_order WHERE id = %s", doc["id"]) == "42501"


def test_what_is_in_use_is_not_deleted(office):
    goods = product(office, "USED")
    mine = customer(office, "clerk", "Uses things")
    kind = "INSERT INTO customer_type (code, name) VALUES (%s, %s) RETURNING id"
    used = value(office, "admin", kind, "U", "Used")
    free = value(office, "admin", kind, "F", "Free")
    office.ask("clerk", "UPDATE customer SET type_id = %s WHERE id = %s", used, mine)
    lines = [{**samples.LINE, "product_id": goods}]
    samples.save(office, "clerk", samples.document(office, mine, lines))
    assert refusal(office, "admin", DELETE, "product", goods) == "KH006"
    assert refusal(office, "admin", DELETE, "customer_type", used) == "KH006"
    assert refusal(office, "admin", DELETE, "customer_type", free) == ""
    assert not living(office, "admin", "customer_type", free)


def test_what_only_deleted_records_use_can_be_deleted(office):
    mine = customer(office, "clerk", "Last user")
    kind = "INSERT INTO industry (code, name) VALUES ('L', 'Last') RETURNING id"
    used = value(office, "admin", kind)
    office.ask("clerk", "UPDATE customer SET industry_id = %s WHERE id = %s", used, mine)
    office.ask("clerk", DELETE, "customer", mine)
    assert refusal(office, "admin", DELETE, "industry", used) == ""


def test_a_code_is_free_again_and_then_in_the_way_of_coming_back(office):
    insert = "INSERT INTO position (code, name) VALUES ('CLASH', 'Clash') RETURNING id"
    first = value(office, "admin", insert)
    bin_ = value(office, "admin", DELETE, "position", first)
    second = value(office, "admin", insert)
    assert refusal(office, "admin", RESTORE, bin_) == "23505"
    office.ask("admin", "UPDATE position SET code = 'OTHER', name = 'Other' WHERE id = %s", second)
    assert value(office, "admin", RESTORE, bin_) == 1


def test_a_customers_number_is_not_given_again(office):
    mine = customer(office, "clerk", "Number kept")
    number = value(office, "clerk", "SELECT number FROM customer WHERE id = %s", mine)
    office.ask("clerk", DELETE, "customer", mine)
    following = customer(office, "clerk", "Following")
    again = value(office, "clerk", "SELECT number FROM customer WHERE id = %s", following)
    assert int(again[2:]) == int(number[2:]) + 1


def test_nothing_is_half_deleted(office):
    mine, numbered = customer(office, "clerk", "Half"), customer(office, "clerk", "Other half")
    order(office, "clerk", numbered)
    query = "SELECT delete_records('customer', %s)"
    assert refusal(office, "clerk", query, [mine, numbered]) == "KH004"
    assert refusal(office, "clerk", query, [mine, 10**9]) == "KH003"
    assert living(office, "clerk", "customer", mine)


@pytest.mark.parametrize("kind", ["operator", "setting", "history", "share", "pg_class", "nothing"])
def test_other_things_are_not_deleted_at_all(office, kind):
    assert refusal(office, "admin", DELETE, kind, 1) == "42501"


def test_whoever_may_not_delete_or_restore_does_not(office):
    mine = customer(office, "ann", "Of Ann")
    person = contact(office, "ann", mine)
    for query in (DELETE, CHECK):
        assert refusal(office, "ann", query, "contact", person) == "42501"
    bin_ = value(office, "manager", DELETE, "contact", person)
    assert refusal(office, "clerk", RESTORE, bin_) == "42501"
    assert value(office, "manager", RESTORE, bin_) == 1


def test_scope_holds_for_the_bin_too(office):
    hers = customer(office, "eve", "Of Eve")  # of another department than the manager's
    for query in (DELETE, CHECK):
        assert refusal(office, "manager", query, "customer", hers) == "KH003"
    bin_ = value(office, "boss", DELETE, "customer", hers)
    assert refusal(office, "manager", RESTORE, bin_) == "42501"
    assert refusal(office, "boss", RESTORE, 10**12) == "KH001"


def test_a_share_gives_no_right_to_delete(office):
    hers = customer(office, "eve", "Shared with the manager")
    person, doc = contact(office, "eve", hers), draft(office, "eve", hers)
    until = "SELECT share_customer(%s, %s, '2200-01-01')"
    office.ask("eve", until, hers, office.id_of("manager"))
    assert living(office, "manager", "contact", person)
    for kind, id_ in (("contact", person), ("customer", hers), ("sales_order", doc["id"])):
        assert refusal(office, "manager", DELETE, kind, id_) == "KH003", kind


def test_looking_into_the_bin_shows_only_what_one_could_see(office):
    mine, hers = (
        customer(office, "clerk", "In the bin"),
        customer(office, "eve", "Eve's in the bin"),
    )
    for id_ in (mine, hers):
        office.ask("boss", DELETE, "customer", id_)
    query = "SELECT id FROM customer WHERE deleted_at IS NOT NULL"
    for user, expected in (("boss", {mine, hers}), ("eve", {hers}), ("ann", set()), ("bob", set())):
        assert not office.ask(user, query)
        with closing(office.psql(user)) as connection, connection.cursor() as cursor:
            cursor.execute("SET kehu.bin = 'on'")
            cursor.execute(query)
            found = {id_ for (id_,) in cursor.fetchall()}
        assert found & {mine, hers} == expected, user
        assert user == "boss" or found <= set(owned(office, user)), user


def owned(office, user):
    query = "SELECT id FROM customer WHERE owner_id = %s"
    return [id_ for (id_,) in office.ask(None, query, office.id_of(user))]


def test_nothing_is_hung_on_a_customer_that_is_being_deleted(office):
    mine = customer(office, "ann", "Being deleted")
    first, second = office.psql("boss"), office.psql("ann")
    first.autocommit = False
    with first.cursor() as cursor:
        cursor.execute(DELETE, ("customer", mine))
    states = []

    def add() -> None:
        try:
            query = "INSERT INTO contact (customer_id, name) VALUES (%s, 'Orphan')"
            second.cursor().execute(query, (mine,))
        except psycopg2.Error as error:
            states.append(error.pgcode)

    other = threading.Thread(target=add)
    other.start()
    samples.wait_until_blocked(office, second)
    first.commit()
    other.join()
    assert states == ["KH001"]


def test_deleting_and_restoring_is_told_in_the_history(office):
    mine = customer(office, "clerk", "Told")
    bin_ = value(office, "clerk", DELETE, "customer", mine)
    office.ask("boss", RESTORE, bin_)
    query = "SELECT op, who FROM record_history('customer', %s)"
    assert office.ask("boss", query, mine) == [
        ("restore", "Boss"),
        ("delete", "Clerk"),
        ("insert", "Clerk"),
    ]


def clashes(office, deletion):
    found = value(office, "boss", "SELECT restore_preview(%s)", deletion)
    return [clash["what"] for clash in found["clashes"]]


def test_a_planned_delivery_comes_back_as_far_as_the_order_is_open(office):
    mine = customer(office, "clerk", "Gets deliveries")
    sold = order(office, "clerk", mine)
    first = samples.delivery(office, "clerk", sold["id"])
    assert refusal(office, "clerk", DELETE, "customer", mine) == "KH004"
    deletion = value(office, "clerk", DELETE, "delivery", first["id"])
    assert clashes(office, deletion) == []
    again = samples.delivery(office, "clerk", sold["id"])
    assert clashes(office, deletion) == ["planned"]
    assert refusal(office, "boss", RESTORE, deletion) == "KH005"
    office.ask("clerk", DELETE, "delivery", again["id"])
    assert value(office, "boss", RESTORE, deletion) == 2
