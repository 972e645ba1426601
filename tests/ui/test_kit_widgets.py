"""Widgets of forms and bars: heights, edges, names for those who cannot see, and being freed."""

import gc
import weakref

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from shiboken6 import isValid

from client.ui.kit import (
    Badge,
    BusyBar,
    Button,
    EmptyState,
    FigureStrip,
    FlowBar,
    FormGrid,
    IconButton,
    Section,
    StateMark,
    StateTrack,
    Tabs,
)
from client.ui.kit.combo import Combo
from client.ui.kit.elided import ElidedLine
from client.ui.kit.paint import hair


def form(qtbot):
    grid = FormGrid(2)
    fields = [QLineEdit(), QComboBox(), QLineEdit(), QLineEdit()]
    for label, field in zip(("Name", "A longer label", "No", "Address"), fields, strict=True):
        grid.add(label, field, required=label == "Name")
    qtbot.addWidget(grid)
    grid.resize(600, 200)
    grid.show()
    qtbot.waitUntil(grid.isVisible)
    return grid, fields


def at(grid, field):
    return field.mapTo(grid, QPoint(0, 0))


def test_fields_stand_on_one_edge_thirty_apart(qtbot):
    grid, fields = form(qtbot)
    places = [at(grid, field) for field in fields]
    assert places[0].x() == places[2].x()
    assert places[1].x() == places[3].x()
    assert places[2].y() - places[0].y() == 30
    assert {field.height() for field in fields} == {26}


def test_focus_does_not_move_a_field(qtbot):
    grid, fields = form(qtbot)
    grid.activateWindow()
    before = fields[0].geometry()
    fields[0].setFocus()
    QApplication.processEvents()
    assert fields[0].geometry() == before


def test_a_message_stands_under_its_field_and_is_told(qtbot):
    grid, fields = form(qtbot)
    top = at(grid, fields[2]).y()
    grid.set_message(fields[0], "Please fill in.")
    QApplication.processEvents()
    assert fields[0].property("wrong")
    assert fields[0].accessibleDescription() == "Please fill in."
    assert at(grid, fields[2]).y() > top
    grid.set_message(fields[0], "")
    QApplication.processEvents()
    assert not fields[0].property("wrong")


def test_groups_of_one_form_share_their_edge(qtbot):
    one, _fields = form(qtbot)
    other = FormGrid(2)
    other.add("x", QLineEdit())
    qtbot.addWidget(other)
    FormGrid.align([one, other])
    assert other._labels[0].width() == one._labels[0].width() > other.label_widths()[0] + 10


def test_a_field_alone_in_its_line_ends_where_others_end(qtbot):
    grid, fields = form(qtbot)
    other, alone = FormGrid(2), QLineEdit()
    other.add("Phone", alone)
    other.add("Email", QLineEdit(), span=2)
    qtbot.addWidget(other)
    FormGrid.align([grid, other])
    other.resize(grid.size())
    other.show()
    qtbot.waitUntil(other.isVisible)
    assert abs(alone.width() - fields[0].width()) <= 1  # a pixel left over goes to either


def test_what_is_cut_ends_in_dots(qtbot):
    box, line, whole = Combo(), ElidedLine(), "Private company of two partners"
    line.setReadOnly(True)

    def chosen(text):
        box.clear()
        box.addItem(text)
        return box.grab().toImage()

    def read(text):
        line.setText(text)
        line.setCursorPosition(0)
        return line.grab().toImage()

    starts = [whole[:end] for end in range(1, len(whole))]
    for field, drawn in ((box, chosen), (line, read)):
        qtbot.addWidget(field)
        field.setFixedWidth(120)
        # What is cut stands there like a beginning with dots after it, not like it alone.
        seen = drawn(whole)
        assert field.is_cut()
        assert any(drawn(f"{start}…") == seen != drawn(start) for start in starts)


def test_everything_has_a_name(qtbot):
    _grid, fields = form(qtbot)
    named = [
        *fields,
        IconButton("printer", "Print"),
        Badge("VIP"),
        StateMark("Active"),
        StateTrack(["Draft", "Submitted"], 1),
    ]
    assert all(widget.accessibleName() for widget in named)
    assert fields[0].accessibleName() == "Name, required"


def test_enter_presses_the_button_that_has_the_keys_not_the_default_one(qtbot):
    dialog = QDialog()
    qtbot.addWidget(dialog)
    save, leave = Button("Save", "Enter"), Button("Cancel", "Esc")
    save.setDefault(True)
    pressed = []
    save.clicked.connect(lambda: pressed.append("save"))
    leave.clicked.connect(lambda: pressed.append("cancel"))
    row = QHBoxLayout(dialog)
    row.addWidget(save)
    row.addWidget(leave)
    dialog.show()
    leave.setFocus()
    qtbot.keyClick(leave, Qt.Key.Key_Return)
    assert pressed == ["cancel"]


@pytest.mark.parametrize("width", [1200, 360, 300])
def test_a_bar_goes_on_in_a_second_line_where_it_is_narrow(qtbot, width):
    late = Button("Late")
    late.hide()
    groups = [[QLineEdit(), QComboBox()], [QComboBox()], [Button("Refresh", "F5"), late]]
    flow = FlowBar(groups, [IconButton("export", "To Excel")])
    qtbot.addWidget(flow)
    flow.resize(width, 40)
    flow.show()
    late.show()
    qtbot.waitUntil(late.isVisible)
    QApplication.processEvents()
    widgets = [widget for group in groups for widget in group]
    places = [QRect(w.mapTo(flow, QPoint()), w.size()) for w in widgets]
    places.append(QRect(flow._end.pos(), flow._end.size()))
    for at, place in enumerate(places):
        assert flow.rect().contains(place)
        assert not any(place.intersects(other) for other in places[:at])
    assert (flow.height() == 40) == (width == 1200)


def test_the_wheel_turns_no_tabs_of_a_form(qtbot):
    tabs = Tabs()
    qtbot.addWidget(tabs)
    tabs.addTab(QWidget(), "Contacts")
    tabs.addTab(QWidget(), "History")
    tabs.show()
    middle = QPointF(tabs.tabBar().rect().center())
    down = QPoint(0, -120)
    none = Qt.KeyboardModifier.NoModifier
    turned = QWheelEvent(
        middle, middle, QPoint(), down, Qt.MouseButton.NoButton, none, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(tabs.tabBar(), turned)
    assert tabs.currentIndex() == 0
    assert not turned.isAccepted()


@pytest.mark.parametrize("kind", ["normal", "primary", "flat"])
def test_buttons_are_as_high_as_fields_and_show_their_key(qtbot, kind):
    button, plain = Button("Save", "F8", "floppy-disk", kind), Button("Save", kind=kind)
    for widget in (button, plain):
        qtbot.addWidget(widget)
        widget.show()
        assert widget.height() == 26
    assert button.sizeHint().width() > plain.sizeHint().width()


def test_a_section_folds_by_key_and_shows_its_note(qtbot):
    section = Section("Credit", "limit 200")
    field = QLineEdit()
    section.body.addWidget(field)
    qtbot.addWidget(section)
    section.show()
    section._head.setFocus()
    qtbot.keyClick(section._head, Qt.Key.Key_Space)
    assert section.is_folded()
    assert not field.isVisible()
    qtbot.keyClick(section._head, Qt.Key.Key_Return)
    assert not section.is_folded()
    qtbot.keyClick(section._head, Qt.Key.Key_Return)
    assert section._head.note == "limit 200"


@pytest.mark.parametrize("scale", [1, 1.25, 1.5, 1.75, 2])
def test_hairlines_are_as_thick_wherever_they_stand(scale):
    ground, color = QColor("white"), QColor("black")
    for y in range(4):
        image = QImage(60, 60, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(scale)
        image.fill(ground)
        painter = QPainter(image)
        hair(painter, QRect(0, 0, 1, 20 + y), color)
        hair(painter, QRect(0, 2, 10 + y, 2), color, upright=True)
        painter.end()
        down = [image.pixelColor(0, at) for at in range(60)]
        across = [image.pixelColor(at, round(3 * scale)) for at in range(60)]
        assert down.count(color) == across.count(color) == int(scale)


def test_figures_keep_their_widgets(qtbot):
    strip = FigureStrip([("Sales", "1.00", "text"), ("Owed", "2.00", "red")])
    qtbot.addWidget(strip)
    before = list(strip._values)
    strip.set([("Sales", "3.00", "text"), ("Owed", "", "text")])
    assert strip._values == before
    assert strip._values[0].text() == "3.00"


def test_nothing_shows_while_work_is_short(qtbot):
    panel = QWidget()
    qtbot.addWidget(panel)
    panel.show()
    busy = BusyBar(panel)
    busy.start()
    QApplication.processEvents()
    assert not busy.isVisible()
    qtbot.waitUntil(busy.isVisible)
    busy.stop()
    assert not busy.isVisible()


def test_an_empty_state_offers_what_to_do(qtbot):
    called = []
    state = EmptyState("users", "No customers yet.", [("New", lambda: called.append(1))])
    qtbot.addWidget(state)
    button = state.findChildren(Button)[0]
    button.click()
    assert called == [1]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Section("A"),
        lambda: EmptyState("users", "Nothing"),
        lambda: FormGrid(2),
        lambda: FigureStrip([("a", "b", "text")]),
        QPlainTextEdit,
    ],
)
def test_widgets_are_freed(qapp, make):
    widget = make()
    kept = weakref.ref(widget)
    widget.show()
    widget.close()
    widget.deleteLater()
    qapp.sendPostedEvents(None, 52)
    assert not isValid(widget)
    del widget
    gc.collect()
    assert kept() is None


@pytest.mark.parametrize("make", [lambda: Button("New"), lambda: IconButton("x", "X"), Badge])
def test_a_part_never_becomes_a_window(qtbot, make):
    part, hidden, whole = make(), make(), QWidget()
    qtbot.addWidget(whole)
    for widget in (part, hidden):
        widget.setVisible(False)
        widget.setVisible(True)
        assert not widget.isVisible()
    hidden.setVisible(False)
    for widget in (part, hidden):
        widget.setParent(whole)
    whole.show()
    assert part.isVisible()
    assert not hidden.isVisible()
