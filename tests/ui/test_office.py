"""The office's page and that of its number rules, at a real office, with what others do to them."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy
from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QColor, QImage

from client import i18n
from client.app import screens
from client.data import office_settings
from client.data.listener import Listener
from client.ui.forms.journal import drafts_of
from client.ui.forms.picture import LARGEST_FILE, SIDE, fit_picture
from client.ui.forms.recovery import Recovery, RecoveryDialog
from client.ui.screen import Extras
from client.ui.screens.numbers import NumbersScreen
from client.ui.screens.office import OfficeScreen
from client.ui.shell.main_window import MainWindow
from tests.ui.answers import answer, answer_next
from tests.ui.records_office import Desk, make_context


@pytest.fixture
def open_page(qtbot):
    def make(context, kind=OfficeScreen):
        page = kind(context, Desk())
        qtbot.addWidget(page)
        page.resize(1000, 700)
        page.show()
        qtbot.waitUntil(lambda: page.data is not None)
        return page

    return make


def put(page, **texts):
    for name, text in texts.items():
        editor = page.fields.editors[name.replace("__", ".")]
        editor.setText(text)
        editor.textEdited.emit(text)


def choose(page, name, value):
    page.fields.editors[name].set_value(value)
    page.fields.editors[name].edited.emit()


def save(qtbot, page):
    with qtbot.waitSignal(page.saved, timeout=8000):
        page.save()


def colleague(office, **changes):
    """What somebody else saves meanwhile."""
    with office.session() as session:
        base = office_settings.load(session).values
        return office_settings.save(session, base | changes, base)


def image(width, height, form="PNG", alpha=False):
    kind = QImage.Format.Format_ARGB32 if alpha else QImage.Format.Format_RGB32
    made, data = QImage(width, height, kind), QByteArray()
    made.fill(QColor("teal"))
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    made.save(buffer, form)
    return bytes(data.data())


def test_what_is_saved_holds_in_the_running_program(qtbot, at, open_page):
    context = at("boss")
    page = open_page(context)
    assert not page.dirty
    put(page, office_name="华南贸易", office_copies="存根，客户、记账", payment_days="45")
    page.fields.editors["office_seal_box"].click()
    page.fields.editors["office_terms"].setPlainText("First line\nsecond line")
    assert page.dirty
    save(qtbot, page)
    assert "saved" in page.message.text()
    assert not page.dirty
    settings = context.office.settings
    assert settings["office_name"] == "华南贸易"
    assert settings["office_copies"] == ["存根", "客户", "记账"]
    assert (settings["payment_days"], settings["office_seal_box"]) == (45, False)
    assert settings["office_terms"] == "First line\nsecond line"


def test_the_title_of_every_window_follows(qtbot, office_db, at):
    context = at("clerk")
    window = MainWindow(context, screens(context), Extras())
    qtbot.addWidget(window)
    bus = context.bus
    listener = Listener(
        context.office, bus.changed.emit, bus.connection_lost.emit, bus.connection_back.emit
    )
    listener.start()
    boss = office_db.login("boss")
    names = (f"Office {n}" for n in range(1000))

    def renamed():
        """Again until the listener listens."""
        colleague(boss, office_name=next(names))
        return "Office" in window.windowTitle()

    qtbot.waitUntil(renamed, timeout=20_000)
    assert context.office.settings["office_name"].startswith("Office ")
    listener.stop()
    listener.join()


def test_a_conflict_loses_nothing_that_was_typed(qtbot, office_db, at, open_page):
    page = open_page(at("boss"))
    put(page, office_phone="mine", payment_days="20")
    colleague(office_db.login("admin"), office_phone="theirs", office_bank="Their Bank")
    page.save()
    qtbot.waitUntil(page.is_choosing)
    assert page.conflict._said.text().startswith("Administrator saved")
    assert page.conflict.texts() == {"office_phone": ("theirs", "mine")}
    with qtbot.waitSignal(page.saved):
        page.save()
    settings = page.context.office.settings
    assert (settings["office_phone"], settings["payment_days"]) == ("mine", 20)
    assert page.fields.editors["office_bank"].text() == "Their Bank"


def test_what_is_wrong_is_said_and_not_saved(qtbot, office_db, at, open_page):
    page = open_page(at("boss"))
    put(page, office_name="", payment_days="900", quote_valid_days="soon", office_copies="a, a")
    page.save()
    for name in ("office_name", "payment_days", "quote_valid_days", "office_copies"):
        assert page.fields.editors[name].accessibleDescription(), name
    assert not page.saving
    assert page.fields.editors["payment_days"].text() == "900"


def test_without_the_right_both_pages_only_show(qtbot, at, open_page):
    context = at("clerk")
    for kind in (OfficeScreen, NumbersScreen):
        page = open_page(context, kind)
        assert not page.save_button.isEnabled()
        assert not page.undo_button.isVisible()
        for editor in page.fields.editors.values():
            still = getattr(editor, "isReadOnly", lambda: None)()
            assert still or not editor.isEnabled() or not editor._choose.isVisible()


def test_the_clock_of_the_office_is_chosen(qtbot, office_db, at, open_page):
    """A zone that the page does not offer stays, and the running program follows another."""
    odd = "UPDATE setting SET value = '\"<X>-05:30\"' WHERE key = 'time_zone'"
    office_db.ask(None, odd)
    context = at("boss")
    page = open_page(context)
    assert page.fields.editors["time_zone"].currentText() == "<X>-05:30"
    put(page, office_phone="1")
    save(qtbot, page)
    assert page.base["time_zone"] == "<X>-05:30"
    for name, behind in (("UTC", 0), ("Asia/Tokyo", 9)):
        choose(page, "time_zone", name)
        save(qtbot, page)
        assert i18n.zone().utcoffset(datetime(2026, 9, 15)) == timedelta(hours=behind)
        with context.office.session() as session:
            assert session.scalar(sqlalchemy.text("SHOW TimeZone")) == name


def test_leaving_asks_once(qtbot, at, open_page):
    page = open_page(at("boss"))
    assert page.may_close()
    put(page, office_phone="1")
    answer_next("Keep typing")
    assert not page.may_close()
    answer_next("Save")
    with qtbot.waitSignal(page.saved):
        assert not page.may_close()
    assert page.may_close()
    put(page, office_phone="2")
    page.back()
    answer(page, "Undo")
    qtbot.waitUntil(lambda: page.fields.editors["office_phone"].text() == "1")


def test_what_is_typed_survives_a_crash(qtbot, at, open_page):
    context = at("boss")
    page = open_page(context)
    put(page, office_address="Typed before")
    journal = drafts_of(context.office)
    qtbot.waitUntil(lambda: len(journal.all()) == 1, timeout=3000)
    page.journal._timer.stop()
    context.jobs.wait()
    again = open_page(context)
    recovery = Recovery(context, Desk(), lambda: again, again)
    recovery.look()
    qtbot.waitUntil(lambda: again.findChild(RecoveryDialog) is not None)
    dialog = again.findChild(RecoveryDialog)
    assert dialog.model.rows()[0][1] == "Office"
    dialog.reopen()
    address = again.fields.editors["office_address"]
    qtbot.waitUntil(lambda: address.text() == "Typed before")
    save(qtbot, again)
    assert journal.all() == []


def test_the_currency_stands_once_there_are_documents(qtbot, office_db, at, open_page):
    page = open_page(at("boss"))
    assert page.fields.editors["currency"].isEnabled()
    own = office_db.ask("boss", "INSERT INTO customer (name) VALUES ('First') RETURNING id")[0][0]
    insert = (
        "INSERT INTO sales_order (customer_id, order_date, salesperson_id)"
        " VALUES (%s, office_today(), me())"
    )
    office_db.ask("boss", insert, own)
    page.refresh()
    qtbot.waitUntil(lambda: not page.fields.editors["currency"].isEnabled())
    assert "Fixed" in page.fields.editors["currency"].accessibleDescription()


def test_a_logo_is_chosen_kept_and_removed(qtbot, tmp_path, at, open_page):
    page = open_page(at("boss"))
    logo = page.fields.editors["office_logo"]
    content = image(300, 100)
    (tmp_path / "logo.png").write_bytes(content)
    with qtbot.waitSignal(logo.edited):
        logo.take(tmp_path / "logo.png")
    assert page.dirty
    save(qtbot, page)
    assert logo.value().content == content
    assert logo.value().id == page.context.office.settings["office_logo"]
    again = open_page(page.context)
    assert again.fields.editors["office_logo"].value() == logo.value()
    logo.remove()
    save(qtbot, page)
    assert page.context.office.settings["office_logo"] is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_text("This is a text, whatever its name says."),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(image(900, 900)[:-3000]),
        lambda path: path.write_bytes(image(900, 900, "JPEG")[:-3000]),
        lambda path: path.open("wb").truncate(LARGEST_FILE + 1),
        lambda path: path.write_bytes(b"GIF89a\1\0\1\0\0\0\0;"),
        lambda path: path.mkdir(),
        lambda path: None,
    ],
    ids=["text", "empty", "cut", "cut_jpeg", "huge", "gif", "folder", "missing"],
)
def test_what_is_no_usable_picture_changes_nothing(qtbot, shared_office, tmp_path, spoil):
    context = make_context(shared_office.login("boss"), tmp_path)
    page = OfficeScreen(context, Desk())
    qtbot.addWidget(page)
    qtbot.waitUntil(lambda: page.data is not None)
    logo, path = page.fields.editors["office_logo"], tmp_path / "logo.png"
    spoil(path)
    with qtbot.waitSignal(logo.refused):
        logo.take(path)
    assert logo.accessibleDescription()
    assert logo.value() is None
    assert not page.dirty
    context.jobs.wait()


def test_large_pictures_become_small_and_others_stay_as_they_are():
    small = image(1200, 800, "JPEG")
    assert fit_picture(small).content == small
    for form, alpha in (("PNG", True), ("PNG", False), ("JPEG", False)):
        made = QImage.fromData(fit_picture(image(3000, 1000, form, alpha)).content)
        assert (made.width(), made.height()) == (SIDE, 400)
        assert made.hasAlphaChannel() == alpha


def test_the_next_number_is_shown_as_one_types(qtbot, office_db, at, open_page):
    context = at("boss")
    office_db.ask(None, "SELECT take_numbers('order', 412)")
    page = open_page(context, NumbersScreen)
    shown, year = page.fields.examples["order"], f"{context.office.today:%Y}"
    assert shown.text() == f"SO-{year}-0413"
    put(page, order__prefix="XS", order__digits="6")
    assert shown.text() == f"XS{year}-000413"
    choose(page, "order.date_part", "")
    assert shown.text() == "—"
    assert "next year" in page.fields.editors["order.reset"].accessibleDescription()
    page.save()
    assert not page.saving
    choose(page, "order.reset", "never")
    assert shown.text() == "XS000001"
    save(qtbot, page)
    assert "saved" in page.message.text()
    assert office_db.ask(
        "boss", "SELECT prefix, date_part, digits, reset FROM number_rule WHERE kind = 'order'"
    ) == [("XS", "", 6, "never")]
