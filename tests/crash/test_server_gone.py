"""The server dies while people work: they are told, go on typing, and lose nothing."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests import servers
from tests.crash.clients import AWAY
from tests.crash.conftest import Place, Start, make_place

D = Decimal


def test_open_order_and_open_list_outlive_the_server(
    own_place: Place, start: Start, tmp_path: Path
) -> None:
    place = own_place
    before = place.ask("SELECT count(*), max(version) FROM customer")
    a, b = start(place.embedded.home), start(tmp_path / "b", place.profile)
    a.enter("clerk")
    b.enter("boss")
    b.ask("open_screen", "orders")
    assert b.until("rows", "orders", like=lambda rows: rows["complete"])["ids"] == []
    a.open("sales_order", None, customer_id=place.customer)
    a.ask("type_cell", 0, "code", "10032")
    a.ask("type_cell", 0, "quantity", "240")
    a.ask("type", "remarks", "春节前送到")

    place.kill_server()
    for client in (a, b):
        client.until("server", like=lambda text: AWAY in text)
    a.ask("type_cell", 1, "code", "10041")
    a.ask("type_cell", 1, "quantity", "3.5")
    form = a.form()
    assert form["dirty"]
    assert form["doc"]["remarks"] == "春节前送到"
    assert [line["quantity"] for line in form["doc"]["lines"]] == [D("240"), D("3.5")]

    for client in (a, b):
        client.until("server", like=lambda text: AWAY not in text)
    saved = a.save()
    assert not saved["dirty"]
    rows = place.ask("SELECT id, total, remarks FROM sales_order")
    assert rows == [(saved["id"], D("20844.75"), "春节前送到")]
    assert place.ask("SELECT quantity FROM order_line ORDER BY position") == [
        (D("240"),),
        (D("3.5"),),
    ]
    listed = b.until("rows", "orders", like=lambda rows: "20,844.75" in str(rows["texts"]))
    assert listed["ids"] == [saved["id"]]
    assert place.ask("SELECT count(*), max(version) FROM customer") == before


def test_two_homes_do_not_disturb_each_other(
    own_place: Place, start: Start, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with servers.cluster() as cluster:
        other = make_place(cluster, "kehu")
        places = (own_place, other)
        clients = [start(place.embedded.home) for place in places]
        for place, client in zip(places, clients, strict=True):
            client.enter("clerk")
            client.open("customer", place.customer)
        first, second = clients
        first.ask("type", "fax", "1")
        second.ask("type", "fax", "2")
        own_place.kill_server()
        first.until("server", like=lambda text: AWAY in text)
        assert not second.save()["dirty"]
        assert AWAY not in second.ask("server")
        first.until("server", like=lambda text: AWAY not in text)
        assert not first.save()["dirty"]
        for place, fax in zip(places, "12", strict=True):
            assert place.ask("SELECT fax FROM customer") == [(fax,)]
        second.kill()
        other.office.close()


def test_what_was_missed_without_a_connection_is_read_again(
    place: Place, start: Start, tmp_path: Path
) -> None:
    """Of what others saved meanwhile no notice ever comes."""
    boss = start(tmp_path / "boss", place.profile).enter("boss")
    boss.ask("open_screen", "customers")
    boss.until("rows", "customers", like=lambda rows: rows["ids"] == [place.customer])
    boss.open("customer", place.customer)
    role = f"{place.office.prefix}.boss"
    place.ask(f'ALTER ROLE "{role}" CONNECTION LIMIT 0')
    place.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", role)
    boss.until("server", like=lambda text: AWAY in text)
    place.office.ask("ann", "UPDATE customer SET fax = '77' WHERE id = %s", place.customer)
    place.office.ask("ann", "INSERT INTO customer (name) VALUES ('Entered meanwhile')")
    place.ask(f'ALTER ROLE "{role}" CONNECTION LIMIT -1')
    boss.until("form", like=lambda form: form["values"]["fax"] == "77")
    boss.ask("open_screen", "customers")
    boss.until("rows", "customers", like=lambda rows: "Entered meanwhile" in str(rows["texts"]))
