"""The journal of unsaved forms: exact, unreadable to others, offered once nobody types in it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import keyring
import pytest
from cryptography.fernet import Fernet, InvalidToken
from keyring.errors import NoKeyringError

from client.data import drafts
from client.data.drafts import Drafts, from_json, to_json


@pytest.fixture
def office(monkeypatch, tmp_path):
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    monkeypatch.setattr(drafts, "_keyring_key", lambda: None)
    return SimpleNamespace(place="office:5432/kehu", me={"id": 7})


def test_values_come_back_exactly():
    values = {
        "credit_limit": Decimal("1234567890.10"),
        "founded_on": date(2001, 2, 3),
        "at": datetime(2026, 9, 15, 10, 42, tzinfo=UTC),
        "tags": ["展会", "<b>"],
        "name": "𠮷野\n家",
        "nothing": None,
        "lines": [{"$decimal": "no", "quantity": Decimal("0.5")}],
    }
    assert from_json(to_json(values)) == values


def test_a_crashed_form_is_offered_and_then_dropped(office):
    first = Drafts(office)
    first.put("customer:1", "customer", 1, to_json({"name": "广州"}))
    first.put("customer:1", "customer", 1, to_json({"name": "广州星河"}))
    first.close()  # as the system does when the program dies

    second = Drafts(office)
    (found,) = second.all()
    assert (found.key, found.kind, found.id) == ("customer:1", "customer", 1)
    assert found.payload == {"name": "广州星河"}
    second.take_over(found)
    assert second.all() == [replace(found, path=second.all()[0].path)]
    second.drop("customer:1")
    assert Drafts(office).all() == []


def test_a_form_still_typed_in_another_window_is_not_offered(office):
    first, second = Drafts(office), Drafts(office)
    first.put("customer:1", "customer", 1, to_json({}))
    assert second.all() == []
    second.drop("customer:1")
    assert len(first.all()) == 1


def test_operators_and_offices_do_not_see_each_other(office):
    drafts_of = Drafts(office)
    drafts_of.put("customer:1", "customer", 1, to_json({}))
    drafts_of.close()
    assert Drafts(SimpleNamespace(place=office.place, me={"id": 8})).all() == []
    assert Drafts(SimpleNamespace(place="other", me=office.me)).all() == []


def test_files_are_sealed_and_private(office, tmp_path):
    journal = Drafts(office)
    journal.put("customer:1", "customer", 1, to_json({"name": "secret name"}))
    (path,) = tmp_path.rglob("*.draft")
    assert b"secret" not in path.read_bytes()
    assert (tmp_path / "drafts.key").stat().st_mode & 0o077 == 0


def test_a_spoilt_file_does_not_hide_the_others(office, tmp_path):
    journal = Drafts(office)
    journal.put("customer:1", "customer", 1, to_json({}))
    (journal.folder / "x-y.draft").write_bytes(b"rubbish")
    assert [draft.key for draft in journal.all()] == ["customer:1"]


def test_operators_of_one_computer_have_keys_of_their_own(office, tmp_path, monkeypatch):
    key = Fernet.generate_key()
    monkeypatch.setattr(drafts, "_keyring_key", lambda: key)
    mine, other = Drafts(office), Drafts(SimpleNamespace(place=office.place, me={"id": 8}))
    mine.put("customer:1", "customer", 1, to_json({"name": "mine"}))
    mine.close()
    (path,) = mine.folder.glob("*.draft")
    other.folder.mkdir(parents=True)
    path.rename(other.folder / path.name)
    assert other.all() == []
    with pytest.raises(InvalidToken):
        Fernet(key).decrypt((other.folder / path.name).read_bytes())
    assert not (tmp_path / "drafts.key").exists()


def test_a_draft_of_an_earlier_program_is_read(office, monkeypatch):
    key = Fernet.generate_key()
    monkeypatch.setattr(drafts, "_keyring_key", lambda: key)
    journal = Drafts(office)
    journal.put("customer:1", "customer", 1, to_json({"name": "old"}))
    (path,) = journal.folder.glob("*.draft")
    path.write_bytes(Fernet(key).encrypt(journal._cipher.decrypt(path.read_bytes())))
    assert journal.all()[0].payload == {"name": "old"}


def test_the_key_lies_in_the_keyring_where_there_is_one(monkeypatch, tmp_path):
    kept = {}
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    monkeypatch.setattr(keyring, "get_password", lambda *of: kept.get(of))
    monkeypatch.setattr(keyring, "set_password", lambda *of: kept.update({of[:2]: of[2]}))
    office = SimpleNamespace(place="p", me={"id": 7})
    journal = Drafts(office)
    journal.put("customer:1", "customer", 1, to_json({"name": "kept"}))
    assert journal.has_keyring
    assert len(kept) == 1
    assert not (tmp_path / "drafts.key").exists()
    journal.close()
    assert Drafts(office).all()[0].payload == {"name": "kept"}


def test_a_keyring_that_fails_is_no_obstacle(monkeypatch, tmp_path):
    def fails(*_of):
        raise NoKeyringError

    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    monkeypatch.setattr(keyring, "get_password", fails)
    journal = Drafts(SimpleNamespace(place="p", me={"id": 7}))
    journal.put("customer:1", "customer", 1, to_json({"name": "kept"}))
    assert not journal.has_keyring
    assert journal.all()[0].payload == {"name": "kept"}


def test_what_was_typed_while_the_keyring_was_locked_is_offered_once_it_is_open(
    office, monkeypatch
):
    locked = Drafts(office)
    locked.put("customer:1", "customer", 1, to_json({"name": "typed"}))
    locked.close()
    key = Fernet.generate_key()
    monkeypatch.setattr(drafts, "_keyring_key", lambda: key)
    opened = Drafts(office)
    assert [draft.payload for draft in opened.all()] == [{"name": "typed"}]
    opened.put("customer:2", "customer", 2, to_json({"name": "later"}))
    monkeypatch.setattr(drafts, "_keyring_key", lambda: None)
    opened.close()
    assert [draft.key for draft in Drafts(office).all()] == ["customer:1"]  # not of the file's key


@pytest.mark.parametrize("left", [b"", b"half of a key"])
def test_a_key_that_was_left_half_written_is_made_anew(office, tmp_path, left):
    (tmp_path / "drafts.key").write_bytes(left)
    journal = Drafts(office)
    journal.put("customer:1", "customer", 1, to_json({"name": "kept"}))
    journal.close()
    assert Drafts(office).all()[0].payload == {"name": "kept"}
    assert (tmp_path / "drafts.key").stat().st_mode & 0o077 == 0


def test_two_programs_that_start_at_once_make_one_key(office):
    journals = [Drafts(office) for _ in range(8)]
    with ThreadPoolExecutor(8) as together:
        list(together.map(lambda j: j.put(j.session, "customer", 1, to_json({})), journals))
    for journal in journals:
        journal.close()
    assert len(Drafts(office).all()) == 8
