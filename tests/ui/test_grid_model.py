"""The rows of a list as Qt sees them: ids found among bytes, and what is current stays current."""

from array import array

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex

from client.data.rowsource import list_fields
from client.model import Customer
from client.ui.grids.model import KEPT_ROWS, GridModel, find_all

NAMES = ("number", "name")


def make_model(ids):
    model = GridModel([list_fields(Customer)[name] for name in NAMES])
    model.set_shown(NAMES)
    model.show_first([(number, 1, f"C-{number}", f"Name {number}") for number in ids])
    return model


@given(
    ids=st.lists(st.sampled_from([1, 2, 256, 257, 65_536, 65_793, 16_777_216, 2**31 - 1])),
    number=st.sampled_from([1, 256, 257, 65_536, 65_793, 16_777_216, 2**31 - 1, 3]),
)
def test_ids_are_found_where_they_stand(ids, number):
    expected = ids.index(number) if number in ids else -1
    assert find_all(array("i", ids), [number]) == {number: expected}


def test_the_model_is_sound(qtmodeltester):
    qtmodeltester.check(make_model([3, 1, 2]))


def test_more_ids_are_added_behind():
    model = make_model([3, 1, 2])
    model.set_ids(array("i", [3, 1, 2, 9, 8]))
    assert model.rowCount() == 5
    assert model.index(1, 1).data() == "Name 1"
    assert model.absent(0, 4) == [9, 8]


def test_what_is_followed_goes_along_in_another_order():
    model = make_model([3, 1, 2])
    followed = QPersistentModelIndex(model.index(0, 1))
    gone = QPersistentModelIndex(model.index(2, 0))
    choice = QItemSelectionModel(model)
    choice.setCurrentIndex(model.index(1, 1), QItemSelectionModel.SelectionFlag.SelectCurrent)
    model.set_ids(array("i", [7, 1, 6, 3]))
    assert (followed.row(), followed.column()) == (3, 1)
    assert not gone.isValid()
    assert choice.currentIndex().row() == 1


def test_a_row_taken_out_and_one_put_in():
    model = make_model([3, 1, 2])
    model.remove(1)
    model.remove(77)
    model.insert(0, (5, 1, "C-5", "Name 5"))
    assert list(model.ids) == [5, 3, 2]
    assert model.index(0, 0).data() == "C-5"


def test_rows_long_unseen_are_let_go():
    model = make_model([0])
    many = list(range(1, KEPT_ROWS + 10))
    model.put(many, [(n, 1, "", "") for n in many])
    assert model.kept(0) is None
    assert model.kept(KEPT_ROWS) is not None


def test_other_fields_are_fetched_anew():
    model = make_model([3])
    model.set_shown(("name",))
    assert model.index(0, 1).data() is None
    model.put([3], [(3, 1, "Only a name")])
    assert model.index(0, 1).data() == "Only a name"
    assert model.index(0, 0).data() == ""
