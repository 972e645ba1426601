"""A form says who else is changing its record, and stops when they are done."""

import pytest

from client.data import drafts, presence
from client.model import Customer
from client.ui.forms.form import RecordForm
from client.ui.forms.journal import drafts_of
from client.ui.screens.numbers import NumbersScreen
from client.ui.screens.office import OfficeScreen
from tests.ui.records_office import Desk, make_context, make_customers


@pytest.fixture
def people(shared_office, tmp_path, monkeypatch):
    """Two programs, of the boss and of the clerk."""
    monkeypatch.setattr(drafts, "_keyring_key", lambda: None)
    made = []
    for login in ("boss", "clerk"):
        monkeypatch.setenv("KEHU_HOME", str(tmp_path / login))
        made.append(make_context(shared_office.login(login), tmp_path / login))
        drafts_of(made[-1].office)
    yield made
    for context in made:
        context.jobs.wait()
        drafts_of(context.office).close()


@pytest.fixture
def forms(qtbot, people):
    """The same customer in both programs."""
    (id,) = make_customers(people[0].office, "Lake Ltd")
    made = []
    for context in people:
        form = RecordForm(context, Customer, id, Desk())
        qtbot.addWidget(form)
        form.resize(440, 700)
        form.show()
        qtbot.waitUntil(lambda form=form: form.data is not None)
        made.append(form)
    return made


def tell(context, form):
    """What the listener does at a notice."""
    context.bus.changed.emit("presence.customer", "update", [form.record_id])


def test_who_types_is_seen_by_others_until_it_is_saved(qtbot, people, forms, monkeypatch):
    boss, clerk = forms
    said = []
    announce = presence.announce
    monkeypatch.setattr(presence, "announce", lambda *a: (said.append(a), announce(*a)))
    for letter in "Bay":
        boss.fields.editors["short_name"].setFocus()
        qtbot.keyClicks(boss.fields.editors["short_name"], letter)
    people[0].jobs.wait()
    qtbot.waitUntil(lambda: not boss.journal.presence._saying)
    assert len(said) == 1
    tell(people[1], clerk)
    qtbot.waitUntil(lambda: "Boss has been changing this since" in clerk.head.presence.text())
    assert boss.head.presence.text() == ""
    boss.save()
    qtbot.waitUntil(lambda: not boss.dirty and not boss.saving)
    people[0].jobs.wait()
    tell(people[1], clerk)
    qtbot.waitUntil(lambda: clerk.head.presence.text() == "")


def test_who_only_reads_writes_nothing(qtbot, people, forms, shared_office):
    for context in people:
        context.jobs.wait()
    assert shared_office.ask(None, "SELECT * FROM presence") == []


@pytest.mark.parametrize("page", [OfficeScreen, NumbersScreen])
def test_the_pages_of_the_office_say_it_too(qtbot, people, page, shared_office):
    shown = []
    for context in people:
        shown.append(page(context, Desk()))
        qtbot.addWidget(shown[-1])
        shown[-1].show()
        qtbot.waitUntil(lambda: shown[-1].data is not None)
        shown[0].journal.presence.typing()
        qtbot.waitUntil(lambda: not shown[0].journal.presence._saying)
    qtbot.waitUntil(lambda: "Boss has been changing this" in shown[1].head.presence.text())
    shown[0].journal.presence.gone()
    people[0].jobs.wait()
    assert shared_office.ask(None, "SELECT * FROM presence") == []


def test_whoever_opens_it_later_is_told_at_once(qtbot, people, forms):
    boss, clerk = forms
    boss.journal.presence.typing()
    qtbot.waitUntil(lambda: not boss.journal.presence._saying)
    later = RecordForm(people[1], Customer, clerk.record_id, Desk())
    qtbot.addWidget(later)
    later.show()
    qtbot.waitUntil(lambda: "Boss" in later.head.presence.text())
    boss.journal.presence.gone()
    people[0].jobs.wait()


def test_saved_before_it_was_said_is_gone_all_the_same(qtbot, people, forms, shared_office):
    boss = forms[0]
    boss.journal.presence.typing()
    boss.journal.presence.gone()
    qtbot.waitUntil(lambda: not boss.journal.presence._saying)
    people[0].jobs.wait()
    assert shared_office.ask(None, "SELECT * FROM presence") == []
