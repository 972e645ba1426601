"""Quotes are sent, revised, decided and ordered; what was sent stays as the customer got it."""

from decimal import Decimal

from tests.server import samples
from tests.server.samples import call, customer, product, quote, refusal, refused, step, value


def expire(office, doc):
    """As if the days had passed."""
    office.ask(None, "ALTER TABLE quote DISABLE TRIGGER USER")
    office.ask(None, "UPDATE quote SET valid_until = office_today() - 1 WHERE id = %s", doc["id"])
    office.ask(None, "ALTER TABLE quote ENABLE TRIGGER USER")


def test_a_number_comes_with_the_first_revision_and_stays(office, of_ann):
    doc = quote(office, "ann", of_ann)
    assert (doc["number"], doc["state"], doc["revision"]) == (None, "draft", 1)
    sent = step(office, "ann", "send_quote", doc)
    assert sent["state"] == "sent"
    assert sent["number"].startswith("QT-")
    changed = call(office, "ann", "save_quote", sent | {"remarks": "again"}, sent["version"])
    assert (changed["state"], changed["revision"]) == ("draft", 2)
    again = step(office, "ann", "send_quote", changed)
    assert (again["number"], again["revision"]) == (sent["number"], 2)


def test_every_revision_is_kept_as_it_was_sent(office, of_ann):
    sent = step(office, "ann", "send_quote", quote(office, "ann", of_ann))
    office.ask("admin", "UPDATE setting SET value = '\"Later\"' WHERE key = 'office_name'")
    dearer = [{**sent["lines"][0], "unit_price": "12.00"}]
    changed = call(office, "ann", "save_quote", sent | {"lines": dearer}, sent["version"])
    step(office, "ann", "send_quote", changed)
    kept = call(office, "ann", "quote_revisions", sent["id"])
    assert [entry["revision"] for entry in kept] == [2, 1]
    assert [entry["document"]["total"] for entry in kept] == [Decimal("24.00"), Decimal("20.00")]
    assert kept[0]["document"]["office"]["name"] == "Later"
    assert kept[1]["document"]["office"]["name"] != "Later"
    touch = "UPDATE quote_revision SET revision = 9 WHERE quote_id = %s"
    for user in ("ann", "boss", "admin"):
        assert refusal(office, user, touch, sent["id"]) == "42501"


def test_a_line_changed_by_sql_makes_a_revision_too(office, of_ann):
    sent = step(office, "ann", "send_quote", quote(office, "ann", of_ann))
    office.ask("ann", "UPDATE quote_line SET quantity = 3 WHERE quote_id = %s", sent["id"])
    found = call(office, "ann", "quote_document", sent["id"])
    assert (found["state"], found["revision"], found["sent_at"]) == ("draft", 2, None)


def test_a_hand_over_is_no_revision(office):
    mine = customer(office, "ann", "Handed over")
    sent = step(office, "ann", "send_quote", quote(office, "ann", mine))
    office.ask("boss", "SELECT assign_customers(ARRAY[%s], %s, 'Moved')", mine, office.id_of("bob"))
    found = call(office, "bob", "quote_document", sent["id"])
    assert (found["state"], found["version"]) == ("sent", sent["version"])
    assert refused(office, "ann", "save_quote", sent, sent["version"])[0] == "KH003"
    lists = "SELECT count(*) FROM quote_revision WHERE quote_id = %s"
    assert (value(office, "ann", lists, sent["id"]), value(office, "bob", lists, sent["id"])) == (
        0,
        1,
    )


def test_it_expires_by_itself_and_cannot_be_accepted_then(office, of_ann):
    sent = step(office, "ann", "send_quote", quote(office, "ann", of_ann))
    expire(office, sent)
    state = "SELECT q.state FROM quote q WHERE q.id = %s"
    assert value(office, "ann", state, sent["id"]) == "expired"
    for function, more in (("decide_quote", ("accepted", "")), ("quote_to_order", ())):
        code, detail = refused(office, "ann", function, sent["id"], sent["version"], *more)
        assert (code, detail) == ("KH004", "expired")
    late = call(office, "ann", "quote_document", sent["id"])
    longer = late | {"valid_until": str(value(office, "ann", "SELECT office_today()"))}
    renewed = call(office, "ann", "save_quote", longer, late["version"])
    assert (renewed["state"], renewed["revision"]) == ("draft", 2)


def test_one_that_would_be_expired_is_not_sent(office, of_ann):
    doc = quote(office, "ann", of_ann, valid_until="2020-01-01")
    assert refused(office, "ann", "send_quote", doc["id"], doc["version"])[0] == "KH005"


def test_an_accepted_quote_becomes_an_order_once(office, of_ann):
    doc = quote(office, "ann", of_ann, whole_discount="0.1", wipe_off="0.5", remarks="soon")
    sent = step(office, "ann", "send_quote", doc)
    both = step(office, "ann", "quote_to_order", sent)
    made, accepted = both["order"], both["quote"]
    assert (accepted["state"], accepted["order_id"]) == ("accepted", made["id"])
    assert (made["status"], made["number"]) == ("draft", None)
    assert made["quote_number"] == accepted["number"]
    kept = ("total", "tax_total", "remarks", "salesperson_id", "customer_id")
    assert [made[name] for name in kept] == [accepted[name] for name in kept]
    code, detail = refused(office, "ann", "quote_to_order", sent["id"], accepted["version"])
    assert (code, detail) == ("KH004", "ordered")
    edit = refused(office, "ann", "save_quote", accepted | {"remarks": "x"}, accepted["version"])
    assert edit == ("KH004", "accepted")
    office.ask("ann", "SELECT delete_records('sales_order', ARRAY[%s])", made["id"])
    again = step(office, "ann", "quote_to_order", accepted)
    assert again["order"]["id"] != made["id"]


def test_a_refused_quote_can_be_offered_again(office, of_ann):
    sent = step(office, "ann", "send_quote", quote(office, "ann", of_ann))
    refused_one = step(office, "ann", "decide_quote", sent, "refused", "too dear")
    assert (refused_one["state"], refused_one["decide_reason"]) == ("refused", "too dear")
    cheaper = refused_one | {"whole_discount": "0.05"}
    renewed = call(office, "ann", "save_quote", cheaper, refused_one["version"])
    assert (renewed["revision"], renewed["decide_reason"]) == (2, None)


def test_who_may_do_what(office, of_ann):
    mine = quote(office, "ann", of_ann)
    assert refused(office, "bob", "save_quote", mine, mine["version"])[0] == "KH003"
    assert refused(office, "bob", "send_quote", mine["id"], mine["version"])[0] == "KH003"
    seen = "SELECT count(*) FROM quote WHERE id = %s"
    readers = ("bob", "eve", "manager", "boss")
    assert [value(office, user, seen, mine["id"]) for user in readers] == [0, 0, 1, 1]
    for column in ("status", "number", "revision", "total", "order_id"):
        assert refusal(office, "ann", f"UPDATE quote SET {column} = NULL") == "42501"
    office.ask("admin", "SELECT set_permission(%s, 'quote', 'submit', false)", office.id_of("ann"))
    assert refused(office, "ann", "send_quote", mine["id"], mine["version"])[0] == "42501"
    office.ask("admin", "SELECT set_permission(%s, 'quote', 'submit', true)", office.id_of("ann"))


def test_a_product_no_longer_sold_is_not_offered(office, of_ann):
    gone = product(office, "Q-OLD")
    doc = quote(office, "ann", of_ann, [{**samples.LINE, "product_id": gone}])
    office.ask("admin", "UPDATE product SET active = false WHERE id = %s", gone)
    code, detail = refused(office, "ann", "send_quote", doc["id"], doc["version"])
    assert (code, detail) == ("KH005", "Q-OLD")


def test_who_loses_a_quote_while_it_waits_for_its_number_hears_so(office):
    theirs = samples.customer(office, "eve", "Lent for now")
    ann = office.id_of("ann")
    office.ask("eve", "SELECT share_customer(%s, %s, '2200-01-01')", theirs, ann)
    first, lent = samples.quote(office, "eve", theirs), samples.quote(office, "ann", theirs)
    send = "SELECT send_quote(%s, %s)"
    state = samples.met_after(
        office,
        ("eve", send, (first["id"], first["version"])),
        ("ann", send, (lent["id"], lent["version"])),
        lambda: office.ask("eve", "SELECT end_share(%s, %s)", theirs, ann),
    )
    assert state == "KH003"
    assert value(office, "eve", "SELECT status FROM quote WHERE id = %s", lent["id"]) == "draft"
