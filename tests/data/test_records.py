"""Records are saved field by field, and two people at one record never lose anything silently."""

import threading

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from client.data import errors, records
from client.model import Contact, Customer, Product, Region


@pytest.fixture(scope="module")
def offices(shared_office):
    """Open logins by name."""
    return {user: shared_office.login(user) for user in ("ann", "bob", "eve", "boss", "serge")}


@pytest.fixture
def ann(offices):
    return offices["ann"]


def save(office, entity, values, base=None, reason=""):
    return office.run(lambda session: records.save(session, entity, values, base, reason))


def load(office, entity, id_):
    with office.session() as session:
        return records.load(session, entity, id_)


def test_a_new_record_comes_back_whole(ann):
    saved = save(ann, Customer, {"name": "广州星河贸易", "tags": ["a", "b"], "phone": None})
    assert saved["number"].startswith("C-")
    assert (saved["version"], saved["owner_id"], saved["status"]) == (1, ann.me["id"], "potential")
    assert saved["tags"] == ["a", "b"]
    assert load(ann, Customer, saved["id"]) == saved


def test_only_what_changed_is_written(ann):
    """A salesperson may not write some of the fields a form shows."""
    base = save(ann, Customer, {"name": "Whole form"})
    saved = save(ann, Customer, {**base, "phone": "020-1"}, base)
    assert (saved["phone"], saved["version"]) == ("020-1", 2)
    assert save(ann, Customer, dict(saved), saved)["version"] == 2
    with ann.session() as session:
        newest = records.history(session, Customer, base["id"])[0]
    assert newest["after"] == {"phone": "020-1"}
    assert newest["via"] == "form"


def test_what_is_stored_as_it_was_loaded_is_saved_in_one_statement(ann):
    """Over the office's network each one is a wait."""
    base = save(ann, Customer, {"name": "One statement", "phone": "020-2"})
    said = []

    def listen(_connection, _cursor, statement, *_more):
        said.append(statement.split()[0])

    event.listen(ann._engine, "before_cursor_execute", listen)
    try:
        saved = save(ann, Customer, {**base, "phone": "020-3"}, base)
    finally:
        event.remove(ann._engine, "before_cursor_execute", listen)
    assert said == ["UPDATE"]
    assert saved == load(ann, Customer, base["id"])
    assert (saved["phone"], saved["version"], saved["changed_by"]) == ("020-3", 2, ann.me["id"])


def test_a_conflict_has_both_versions(ann, offices):
    base = save(ann, Customer, {"name": "Both", "phone": "1"})
    theirs = save(offices["boss"], Customer, {**base, "phone": "2"}, base)
    mine = {**base, "phone": "3"}
    with pytest.raises(errors.Conflict) as caught:
        save(ann, Customer, mine, base)
    assert caught.value.loaded == base
    assert caught.value.mine == mine
    assert caught.value.theirs == theirs
    assert load(ann, Customer, base["id"])["phone"] == "2"
    # the second try starts from what is stored now
    assert save(ann, Customer, {**theirs, "phone": "3"}, theirs)["phone"] == "3"


def test_of_two_at_the_same_moment_one_is_told(ann, offices):
    base = save(ann, Customer, {"name": "Race"})
    start, outcome = threading.Barrier(2), []

    def write(office, phone):
        start.wait()
        try:
            save(office, Customer, {**base, "phone": phone}, base)
            outcome.append("saved")
        except errors.Conflict:
            outcome.append("told")

    pair = [
        threading.Thread(target=write, args=(office, phone))
        for office, phone in ((ann, "1"), (offices["boss"], "2"))
    ]
    for thread in pair:
        thread.start()
    for thread in pair:
        thread.join()
    assert sorted(outcome) == ["saved", "told"]


def test_what_is_gone_is_gone(ann, offices):
    base = save(ann, Customer, {"name": "Gone"})
    with offices["boss"].session() as session:
        deletion = records.delete(session, Customer, [base["id"]])
    for attempt in (
        lambda: load(ann, Customer, base["id"]),
        lambda: save(ann, Customer, base, base),
    ):
        with pytest.raises(errors.Gone):
            attempt()
    with offices["boss"].session() as session:
        assert records.restore(session, deletion) == 1
    # going and coming back are changes: what was typed before is compared with them
    with pytest.raises(errors.Conflict):
        save(ann, Customer, {**base, "phone": "1"}, base)


def test_what_belongs_to_somebody_else_is_not_there(ann, offices):
    base = save(ann, Customer, {"name": "Of Ann"})
    with pytest.raises(errors.NotYours):
        load(offices["bob"], Customer, base["id"])


def test_whoever_may_only_read_is_told_so(offices):
    eve, boss = offices["eve"], offices["boss"]
    product = save(boss, Product, {"code": "X", "name": "X"})
    assert load(eve, Product, product["id"])["name"] == "X"
    with pytest.raises(errors.NotYours) as caught:
        save(eve, Product, {**product, "name": "Y"}, product)
    assert "right" in str(caught.value)


def test_a_new_owner_is_given_in_the_same_save(ann, offices):
    boss, bob = offices["boss"], offices["bob"]
    base = save(ann, Customer, {"name": "To Bob"})
    save(ann, Contact, {"customer_id": base["id"], "name": "Goes along"})
    with pytest.raises(DBAPIError) as caught:
        save(ann, Customer, {**base, "owner_id": bob.me["id"]}, base, "Moved")
    assert errors.known(caught.value)
    assert load(ann, Customer, base["id"])["owner_id"] == ann.me["id"]
    moved = save(boss, Customer, {**base, "phone": "9", "owner_id": bob.me["id"]}, base, "Moved")
    assert (moved["owner_id"], moved["phone"]) == (bob.me["id"], "9")
    with pytest.raises(errors.NotYours):
        load(ann, Customer, base["id"])
    with bob.session() as session:
        assert session.scalar(text("SELECT name FROM contact")) == "Goes along"


def test_a_new_customer_may_begin_with_another_owner(offices):
    boss, bob = offices["boss"], offices["bob"]
    saved = save(boss, Customer, {"name": "For Bob", "owner_id": bob.me["id"]})
    assert saved["owner_id"] == bob.me["id"]
    own = save(boss, Customer, {"name": "Own", "owner_id": boss.me["id"]})
    assert own["owner_id"] == boss.me["id"]


def test_choices_references_and_empty_values(offices):
    boss = offices["boss"]
    parent = save(boss, Region, {"code": "CN", "name": "中国"})
    child = save(boss, Region, {"code": "GD", "name": "广东", "parent_id": parent["id"]})
    saved = save(boss, Customer, {"name": "Refers", "region_id": child["id"], "kind": "person"})
    assert (saved["region_id"], saved["kind"]) == (child["id"], "person")
    emptied = save(boss, Customer, {**saved, "region_id": None}, saved)
    assert emptied["region_id"] is None


def test_what_is_no_field_is_not_written(ann):
    saved = save(ann, Customer, {"name": "Extra", "number": "C-9", "haystack": "x", "nonsense": 1})
    assert saved["number"] != "C-9"


def test_a_saved_customer_is_found_and_sorted_by_its_new_name(ann):
    base = save(ann, Customer, {"name": "重庆火锅"})
    query = text("SELECT haystack, sort_key FROM customer WHERE id = :id")
    with ann.session() as session:
        haystack, first = session.execute(query, {"id": base["id"]}).one()
    assert {"重庆火锅", "cqhg"} <= set(haystack.split("\n"))
    save(ann, Customer, {**base, "name": "北京烤鸭"}, base, "Renamed")
    with ann.session() as session:
        haystack, second = session.execute(query, {"id": base["id"]}).one()
    assert "bjky" in haystack
    assert "cqhg" not in haystack
    assert second < first


def test_a_name_changed_behind_the_programs_back_is_still_found(ann):
    base = save(ann, Customer, {"name": "Before"})
    with ann.session() as session:
        session.execute(text("SET LOCAL kehu.reason = 'Renamed'"))
        change = text("UPDATE customer SET name = 'After ALL' WHERE id = :id")
        session.execute(change, {"id": base["id"]})
        query = text("SELECT haystack, search_key FROM customer WHERE id = :id")
        haystack, key = session.execute(query, {"id": base["id"]}).one()
    assert "after all" in haystack
    assert key is None
