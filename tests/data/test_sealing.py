"""The client has history sealed, and keeps the chain's head where the database cannot reach it."""

import json
import os
import time

import pytest

from client.data import sealing
from server_schema import anchors
from server_schema.anchors import Anchor
from tests.server.samples import customer, value

HEAD = "SELECT seal_history(0)"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    return tmp_path


def kept(home):
    (file,) = (home / "anchors").glob("*.jsonl")
    return file, [json.loads(line)["seal"] for line in file.read_text().splitlines()]


def made(number):
    return Anchor("an-office", number, f"{number:064x}", "2026-11-25T08:00:00+00:00")


def test_at_the_login_and_at_the_logout(office_db, home):
    customer(office_db, "ann", "Before")
    sealer = sealing.Sealer(office_db.login("ann"))
    sealer.start()
    while value(office_db, "ann", HEAD) is None:
        time.sleep(0.01)
    customer(office_db, "ann", "Meanwhile")
    sealer.stop()
    assert not sealer.is_alive()
    assert value(office_db, "ann", HEAD)["seal"] == 2
    file, seals = kept(home)
    assert seals == [1]  # the next one after an hour
    assert file.stem == office_db.login("ann").place


def test_once_an_hour_or_at_once(office_db, home):
    office = office_db.login("ann")
    for n in range(2):
        customer(office_db, "ann", f"C{n}")
        sealing.seal(office)
    file, seals = kept(home)
    assert seals == [1]
    os.utime(file, (time.time() - 3601,) * 2)
    sealing.seal(office)
    assert kept(home)[1] == [1, 2]
    sealing.seal(office, at_once=True)
    assert kept(home)[1] == [1, 2]  # the same head is not told twice
    known, strange = anchors.read([file])
    assert (known[-1][1], strange) == (Anchor.of(value(office_db, "ann", HEAD)), 0)


def test_a_lost_server_is_nobodys_trouble(office_db, home, monkeypatch):
    office = office_db.login("ann")
    monkeypatch.setattr(office, "session", lambda: (_ for _ in ()).throw(OSError("away")))
    sealer = sealing.Sealer(office)
    sealer.start()
    sealer.stop()
    assert not sealer.is_alive()
    assert not (home / "anchors").exists()


def test_older_anchors_are_thinned_and_a_torn_line_harms_none(home):
    anchors.keep(home, made(1))
    file, _seals = kept(home)
    lines = [json.dumps(made(number).as_json()) for number in range(1, 1001)]
    file.write_text("\n".join(lines))
    assert anchors.keep(home, made(1001), at_once=True)
    seals = kept(home)[1]
    assert seals == [*range(1, 502, 2), *range(502, 1002)]
    with file.open("a") as opened:
        opened.write('{"office": "an-off')
    anchors.keep(home, made(2000), at_once=True)
    known, strange = anchors.read([file])
    assert (known[-1][1], strange) == (made(2000), 1)
