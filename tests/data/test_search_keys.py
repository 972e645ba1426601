"""What a customer is found by is completed wherever it is missing, by whoever may and sees it."""

from client.data import merging, records, search_keys
from client.data.sealing import Sealer
from client.model import Customer
from server_schema.search import customer_keys, sound_key
from tests.server.samples import value

NAME = "苏州兴和工艺品有限公司"
KEYS = "SELECT search_key, sort_key, sound_key FROM customer WHERE id = %s"
WRITTEN = "INSERT INTO customer (name, phone) VALUES (%s, '0512-6500 1234') RETURNING id"


def whole_keys(name, phone="0512-6500 1234"):
    return [tuple(customer_keys({"name": name, "phone": phone}).values())]


def test_what_plain_sql_writes_is_completed_by_who_may_change_it(office):
    id_ = value(office, "ann", WRITTEN, NAME)
    assert office.ask("ann", KEYS, id_) == [(None, None, None)]
    with office.login("eve").session() as session:
        assert search_keys.complete(session) == 0
    whole = "SELECT set_permission(%s, 'customer', 'whole', %s)"
    office.ask("admin", whole, office.id_of("ann"), False)
    with office.login("ann").session() as session:
        assert search_keys.complete(session) == 0
    office.ask("admin", whole, office.id_of("ann"), True)
    sealer = Sealer(office.login("ann"))
    sealer.start()
    sealer.stop()
    sealer.join()
    assert office.ask("ann", KEYS, id_) == whole_keys(NAME)
    # Nobody changed anything by it.
    told = "SELECT version, (SELECT count(*) FROM history WHERE row_id = c.id"
    told += " AND table_name = 'customer') FROM customer c WHERE id = %s"
    assert office.ask("boss", told, id_) == [(1, 1)]
    office.ask("ann", "UPDATE customer SET address = 'Moved' WHERE id = %s", id_)
    with office.login("ann").session() as session:
        assert search_keys.complete(session) == 1
    assert value(office, "ann", "SELECT sound_key FROM customer WHERE id = %s", id_) == sound_key(
        NAME
    )


def test_a_merge_undone_from_the_bin_leaves_nobody_without_keys(office):
    clerk = office.login("clerk")
    with clerk.session() as session:
        one = records.save(session, Customer, {"name": NAME, "phone": "0512-6500 1234"})
        other = records.save(session, Customer, {"name": "昆山永年机械有限公司"})
        merging.merge(session, one["id"], other["id"], ["name"], "the same")
    assert office.ask("clerk", KEYS, one["id"]) == whole_keys("昆山永年机械有限公司")
    query = "SELECT deletion_id FROM customer WHERE id = %s"
    deletion = value(office, None, query, other["id"])
    with office.login("admin").session() as session:
        records.restore(session, deletion)
    assert office.ask("clerk", KEYS, one["id"]) == whole_keys(NAME)
    assert office.ask("clerk", KEYS, other["id"]) == whole_keys("昆山永年机械有限公司", "")
