"""The grid: what it asks of its model, what it copies and sums, what it remembers."""

from decimal import Decimal

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QApplication

from client.ui.tables.delegate import missing_places
from client.ui.tables.table import Column, Table
from client.ui.theme import theme
from tests.ui.conftest import Million, Rows

COLUMNS = [("number", "Number", "code"), ("name", "Name", "name"), ("total", "Total", "money")]


def columns(**more):
    made = [Column(key, title, 100, kind) for key, title, kind in COLUMNS]
    made[1].stretch = True
    for column in made:
        for name, value in more.items():
            setattr(column, name, value)
    return made


def shown(qtbot, rows, filters=False, width=600):
    made = columns()
    table = Table(made, filters)
    table.model_kept = Rows(made, rows)
    table.setModel(table.model_kept)
    qtbot.addWidget(table)
    table.resize(width, 400)
    table.show()
    table.activateWindow()
    qtbot.waitUntil(table.isActiveWindow)
    return table


def few():
    return [
        {"number": "A1", "name": "Star\tRiver", "total": Decimal("10.50")},
        {"number": "A2", "name": "Moon", "total": Decimal("-2.00")},
        {"number": "A3", "name": "Sun", "total": None},
    ]


def test_a_million_rows_cost_what_is_seen(qtbot):
    table = shown(qtbot, Million())
    table.model_kept.asked = 0
    table.setCurrentIndex(table.model().index(999_999, 1))
    table.viewport().repaint()
    table.resizeColumnToContents(0)
    QApplication.processEvents()
    # A page has some 15 rows of 3 cells, painted a few times.
    assert table.model_kept.asked < 2000


def test_select_all_gives_way_to_a_million_rows(qtbot):
    table = shown(qtbot, Million())
    table.selectAll()
    assert len(table.selectionModel().selectedRows()) == 1  # the one it stands on


def test_a_long_selection_is_copied_and_summed_in_bounds(qtbot):
    table = shown(qtbot, Million())
    table.setCurrentIndex(table.model().index(0, 0))
    last = table.model().index(999_999, 2)
    flag = QItemSelectionModel.SelectionFlag
    table.selectionModel().select(last, flag.Clear)
    from_to = table.selectionModel().selection()
    from_to.select(table.model().index(0, 0), last)
    table.model_kept.asked = 0
    table.selectionModel().select(from_to, flag.ClearAndSelect)
    assert table.summary() == "1,000,000 selected"
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text().count("\n") == 9_999
    assert table.model_kept.asked < 100_000


def test_copies_rows_as_a_spreadsheet_takes_them(qtbot):
    table = shown(qtbot, few())
    table.selectAll()
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == 'A1\t"Star\tRiver"\t10.50\nA2\tMoon\t-2.00\nA3\tSun\t'


def test_sums_the_money_of_the_selection(qtbot):
    table = shown(qtbot, few())
    table.selectAll()
    assert table.summary() == "3 selected · Total 8.50 · average 4.25"
    table.clearSelection()
    table.selectRow(1)
    assert table.summary() == "1 selected · Total −2.00"
    table.clearSelection()
    assert table.summary() == ""


def test_stretching_never_goes_below_the_least_width(qtbot):
    table = shown(qtbot, few(), width=600)
    assert table.head.sectionSize(1) > 300
    table.resize(250, 400)
    assert table.head.sectionSize(1) == 100


def test_columns_give_way_where_room_is_short(qtbot):
    table = shown(qtbot, few(), width=600)
    table.columns[0].drop = 2
    table.resize(250, 400)
    assert table.head.isSectionHidden(0)
    assert not table.columns[0].hidden
    table.resize(500, 400)
    assert not table.head.isSectionHidden(0)


def test_remembers_order_widths_and_hidden_columns(qtbot):
    one = shown(qtbot, few())
    one.head.resizeSection(0, 140)
    one.head.moveSection(2, 0)
    one.columns[1].hidden = True
    one.set_sort([("total", False)])
    other = shown(qtbot, few())
    other.restore(one.state())
    assert other.state() == one.state()
    assert other.head.visualIndex(2) == 0


@pytest.mark.parametrize(
    "rubbish",
    [None, 7, [], {}, {"columns": 3}, {"columns": [{"key": "x"}]}, {"columns": [{"key": "name"}]}],
)
def test_a_spoilt_layout_changes_nothing(qtbot, rubbish):
    table = shown(qtbot, few())
    before = table.state()
    table.restore(rubbish)
    assert table.state() == before


def test_all_columns_cannot_be_hidden(qtbot):
    table = shown(qtbot, few())
    hidden = {"columns": [{"key": k, "width": 80, "hidden": True} for k, _t, _k in COLUMNS]}
    table.restore(hidden)
    assert table.column_layout.shown()


def test_sorts_by_click_and_by_several_columns(qtbot):
    table = shown(qtbot, few())
    asked = []
    table.sort_requested.connect(asked.append)
    table.head.sort_by("total")
    table.head.sort_by("total")
    table.head.sort_by("name", add=True)
    assert asked == [[("total", True)], [("total", False)], [("total", False), ("name", True)]]


def test_filters_tell_their_column_and_keep_escape(qtbot):
    table = shown(qtbot, few(), filters=True)
    told = []
    table.filter_edited.connect(lambda key, text: told.append((key, text)))
    table.head.focus_filter("name")
    edit = QApplication.focusWidget()
    qtbot.keyClicks(edit, "xi")
    assert told == [("name", "x"), ("name", "xi")]
    assert table.filters() == {"name": "xi"}
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert table.filters() == {}
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert table.hasFocus()


def test_enter_and_double_click_open_a_row(qtbot):
    table = shown(qtbot, few())
    opened = []
    table.opened.connect(opened.append)
    table.setFocus()
    table.selectRow(1)
    table.setCurrentIndex(table.model().index(1, 0))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened == [1]


def test_prices_leave_room_for_missing_places():
    assert [missing_places(text) for text in ("6.4375", "86.00", "1,234.5", "7")] == [0, 2, 3, 4]


def test_row_height_follows_the_choice_for_all_grids(qtbot):
    table = shown(qtbot, few())
    theme().set_rows("row_relaxed")
    assert table.rowHeight(0) == 30
    theme().set_rows("row")
    assert table.rowHeight(0) == 24


def test_the_filter_in_which_one_types_is_not_dropped(qtbot):
    table = shown(qtbot, few(), filters=True)
    table.columns[2].drop = 1
    table.head.focus_filter("total")
    table.resize(250, 400)
    assert 2 in table.column_layout.shown()
    assert table.head.typed_in() == "total"
    table.setFocus()
    table.resize(249, 400)
    assert 2 not in table.column_layout.shown()
