"""Groups as a dialog and the list of customers read and change them."""

from datetime import date

import pytest
from sqlalchemy.exc import DBAPIError

from client.data import filters, groups, records
from client.data.errors import sentence, state_of
from client.data.history import entries, names, sentences
from client.data.history.entries import Wanted
from client.data.rowsource import RowSource, list_fields
from client.model import Customer, CustomerGroup
from tests.data.offices import add_customers

NAMES = ("name", "groups")


@pytest.fixture
def office(office_db):
    """Ann's Alpha, Beta, Gamma; Alpha and Beta at the fair, Beta among Ann's own gifts."""
    with office_db.login("boss").session() as session:
        fair = groups.make(session, "Fair", own=False)
    with office_db.login("ann").session() as session:
        found = add_customers(
            session, ("Alpha", "1", None), ("Beta", "2", None), ("Gamma", "3", None)
        )
        ids = [record["id"] for record in found]
        gifts = groups.make(session, "Gifts", own=True)
        groups.change(session, ids[:2], [fair])
        groups.change(session, ids[1:2], [gifts])
    with office_db.login("eve").session() as session:
        eves = add_customers(session, ("Hidden", "4", None))[0]["id"]
        groups.change(session, [eves], [fair])
    office_db.fair, office_db.gifts, office_db.ids = fair, gifts, ids
    return office_db


def listed(office, user, where=(), order=("name",)):
    source = RowSource(Customer, NAMES, tuple(where), order)
    with office.login(user).session() as session:
        return {row[2]: row[3] for row in source.rows(session, list(source.ids(session)))}


def test_the_list_shows_filters_and_sorts_by_groups(office):
    both = {"Alpha": ["Fair"], "Beta": ["Fair", "Gifts"]}
    assert listed(office, "ann") == {**both, "Gamma": []}
    assert listed(office, "boss")["Beta"] == ["Fair"]
    assert listed(office, "ann", groups.belongs(office.fair)) == both
    assert set(listed(office, "boss", groups.belongs(office.fair))) == {*both, "Hidden"}
    assert listed(office, "boss", groups.belongs(office.gifts)) == {}
    assert set(listed(office, "ann", groups.belongs(groups.UNGROUPED))) == {"Gamma"}
    assert set(listed(office, "ann", groups.belongs(None))) == {"Alpha", "Beta", "Gamma"}
    assert list(listed(office, "ann", order=("-groups",))) == ["Beta", "Alpha", "Gamma"]
    field = list_fields(Customer)["groups"]
    for typed, found in (("gif", {"Beta"}), ("=Fair", {"Alpha", "Beta"}), ("=", {"Gamma"})):
        condition = filters.condition(Customer, field, typed, date(2026, 11, 25))
        assert set(listed(office, "ann", [condition])) == found, typed


def test_counts_are_of_what_one_sees(office):
    alpha, beta, _gamma = office.ids
    with office.login("ann").session() as session:
        found = groups.listed(session, [alpha, beta])
        assert [(g.title, g.customers, g.chosen) for g in found] == [
            ("Fair", 2, 2),
            ("Gifts (only mine)", 1, 1),
        ]
        assert groups.names_of(session, beta) == ["Fair", "Gifts (only mine)"]
    with office.login("boss").session() as session:
        assert [(g.title, g.customers) for g in groups.listed(session)] == [("Fair", 3)]
        records.delete(session, Customer, [alpha])
        assert [(g.title, g.customers) for g in groups.listed(session)] == [("Fair", 2)]


def test_many_change_groups_at_once_or_not_at_all(office):
    alpha, beta, gamma = office.ids
    ann = office.login("ann")
    with ann.session() as session:
        groups.change(session, [alpha, beta, gamma], [office.gifts], [office.fair])
    assert set(listed(office, "ann", groups.belongs(office.gifts))) == {"Alpha", "Beta", "Gamma"}
    assert set(listed(office, "boss", groups.belongs(office.fair))) == {"Hidden"}
    hidden = office.ask(None, "SELECT id FROM customer WHERE name = 'Hidden'")[0][0]
    with pytest.raises(DBAPIError) as refused, ann.session() as session:
        groups.change(session, [gamma, hidden], [office.fair])
    assert state_of(refused.value) == "42501"
    assert set(listed(office, "boss", groups.belongs(office.fair))) == {"Hidden"}


def test_groups_are_named_and_removed_by_whose_they_are(office):
    with office.login("ann").session() as session:
        fair, gifts = groups.listed(session)
        groups.rename(session, gifts.id, " Birthdays ")
        assert groups.listed(session)[1].name == "Birthdays"
        groups.remove(session, gifts)
        assert groups.listed(session) == [fair]
    with pytest.raises(DBAPIError), office.login("ann").session() as session:
        groups.remove(session, fair)
    with pytest.raises(DBAPIError) as taken, office.login("boss").session() as session:
        groups.make(session, "Fair", own=False)
    assert "Fair" in sentence(taken.value) or "Name" in sentence(taken.value)
    with office.login("admin").session() as session:
        deletion = records.delete(session, CustomerGroup, [fair.id])
    assert listed(office, "ann")["Alpha"] == []
    assert set(listed(office, "ann", groups.belongs(groups.UNGROUPED))) == {
        "Alpha",
        "Beta",
        "Gamma",
    }
    with office.login("admin").session() as session:
        records.restore(session, deletion)
    assert listed(office, "ann")["Alpha"] == ["Fair"]


def test_the_history_of_a_customer_says_which_groups(office):
    alpha = office.ids[0]
    with office.login("ann").session() as session:
        groups.change(session, [alpha], [], [office.fair])
    with office.login("boss").session() as session:
        found = entries.read(session, Wanted(of=("customer", alpha)))
        called = names.collect(session, found)
        told = [line.sentence for entry in found for line in sentences.lines(entry, called)]
    assert told[:2] == [
        "Ann took the customer out of the group Fair",
        "Ann put the customer into the group Fair",
    ]
