"""Deleting, restoring and erasing while somebody else does one of these to the same records."""

import pytest

from tests.server.samples import contact, customer, met_after, refusal, value

DELETE = "SELECT delete_records(%s, ARRAY[%s])"
RESTORE = "SELECT restore_records(%s)"
PURGE = "SELECT purge_records(%s, 'why')"
LIVING = "SELECT count(*) FROM {} WHERE id = %s AND deleted_at IS NULL"


@pytest.fixture
def binned(office):
    """A customer in the bin with one contact: both ids, and the deletion."""
    mine = customer(office, "ann", "In the bin")
    person = contact(office, "ann", mine)
    return mine, person, value(office, "boss", DELETE, "customer", mine)


def test_what_somebody_brings_back_is_not_erased(office, binned):
    mine, person, bin_ = binned
    assert met_after(office, ("boss", RESTORE, (bin_,)), ("admin", PURGE, (bin_,))) == "KH001"
    assert value(office, None, LIVING.format("customer"), mine) == 1
    assert value(office, None, LIVING.format("contact"), person) == 1


@pytest.mark.parametrize("deed", [RESTORE, PURGE])
def test_what_somebody_has_erased_or_brought_back_is_not_brought_back_again(office, binned, deed):
    bin_ = binned[2]
    assert met_after(office, ("admin", deed, (bin_,)), ("boss", RESTORE, (bin_,))) == "KH001"


def test_nothing_comes_back_to_a_customer_that_is_being_deleted(office):
    mine = customer(office, "ann", "Going")
    person = contact(office, "ann", mine)
    bin_ = value(office, "boss", DELETE, "contact", person)
    deleting = ("boss", DELETE, ("customer", mine))
    assert met_after(office, deleting, ("manager", RESTORE, (bin_,))) == "KH004"
    assert value(office, None, LIVING.format("contact"), person) == 0


def test_what_has_just_come_back_goes_along_with_its_customer(office):
    mine = customer(office, "ann", "Going as well")
    person = contact(office, "ann", mine)
    bin_ = value(office, "boss", DELETE, "contact", person)
    deleting = ("boss", DELETE, ("customer", mine))
    assert met_after(office, ("manager", RESTORE, (bin_,)), deleting) == ""
    assert value(office, None, LIVING.format("contact"), person) == 0


def test_who_is_given_a_deleted_customer_has_it_from_then_on(office, binned):
    """A manager restores their own people's; it is another department's by the time they may."""
    mine, _person, bin_ = binned
    giving = "SELECT set_config('kehu.reason', 'w', true); UPDATE customer SET owner_id = %s"
    giving = f"{giving} WHERE id = %s"
    moved = (None, giving, (office.id_of("eve"), mine))
    assert met_after(office, moved, ("manager", RESTORE, (bin_,))) == "42501"
    assert value(office, None, LIVING.format("customer"), mine) == 0


def test_a_merge_is_held_from_the_kept_one_on_whether_it_is_undone_or_erased(office):
    """Two who hold one of both, and want the other, would wait for each other."""
    kept, dropped = (customer(office, "ann", name) for name in ("Kept", "Merged"))
    office.ask("manager", "SELECT merge_customers(%s, %s, '[]', 'same')", kept, dropped)
    bin_ = value(office, "manager", "SELECT deletion_of('customer', %s)", dropped)
    hold = "SELECT id FROM customer WHERE id = %s FOR UPDATE"

    def not_held():
        assert refusal(office, None, hold + " NOWAIT", dropped) == ""

    holding = (None, hold, (kept,))
    undo = "SELECT restore_preview(%s)"
    assert met_after(office, holding, ("manager", undo, (bin_,)), not_held) == ""
    assert met_after(office, holding, ("admin", PURGE, (bin_,)), not_held) == ""
