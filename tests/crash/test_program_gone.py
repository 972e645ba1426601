"""The program is killed with unsaved forms: they are offered again as they were typed."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.crash.clients import Client
from tests.crash.conftest import Place, Start

D = Decimal
RARE = "𠮷野家 㐂 龘 é́ ﷺ “‘<b>'; --"


def drafts_in(home: Path) -> list[Path]:
    return list((home / "drafts").rglob("*.draft"))


def again(client: Client, start: Start, place: Place) -> Client:
    """Kill the program once all is in the journal, and start it anew."""
    client.until("journalled")
    client.kill()
    return start(client.home, place.profile).enter("boss")


def reopened(client: Client, number: int) -> dict[str, dict[str, Any]]:
    """The forms that were offered, by the beginning of their titles."""
    lines = client.until("offered", like=lambda lines: len(lines) == number)
    forms: dict[str, dict[str, Any]] = {}

    def name(form: dict[str, Any]) -> str:
        return str(form["title"].split(":")[0].removesuffix(" *"))

    for _line in lines:
        client.ask("reopen", 0)
        client.until("ready")
        # A stored record is looked up first; until then the one before is still in front.
        form = client.until("form", like=lambda form: form["dirty"] and name(form) not in forms)
        forms[name(form)] = form
    return forms


def type_customer(a: Client, customer: int) -> dict[str, Any]:
    a.open("customer", customer)
    a.ask("type", "credit_limit", "123456789012.34")
    a.ask("type", "founded_on", "2001-02-03")
    a.ask("type", "address", RARE)
    a.ask("type", "remarks", "第一行\n第二行")
    a.ask("type", "reason", "年度授信")
    a.until("journalled")
    return a.form()


def type_product(a: Client) -> dict[str, Any]:
    a.ask("open_screen", "product")
    a.ask("new_record")
    a.until("ready")
    a.ask("type", "code", "P-9")
    a.ask("type", "name", "𠮷制茶杯")
    a.ask("type", "unit_price", "12.3456")
    a.until("journalled")
    return a.form()


def type_order(a: Client, customer: int) -> None:
    """An order with an unreadable line, and a cell that is still open."""
    a.open("sales_order", None, customer_id=customer)
    a.ask("type", "remarks", RARE)
    a.ask("type", "delivery_date", "2027-01-31")
    a.ask("type_cell", 0, "code", "10032")
    a.ask("type_cell", 0, "quantity", "0.3333")
    a.ask("type_cell", 0, "unit_price", "86.4375")
    a.ask("type_cell", 1, "code", "没有这种")
    a.ask("type_cell", 0, "remarks", "还没打完", False)
    assert a.form()["doc"]["lines"][0]["remarks"] is None


def check_order(found: dict[str, Any], customer: int) -> None:
    first, second = found["doc"]["lines"]
    assert (first["quantity"], first["unit_price"]) == (D("0.3333"), D("86.4375"))
    assert first["remarks"] == "还没打完"
    assert second["wrong"] == {"code": "没有这种"}
    assert found["doc"]["delivery_date"] == date(2027, 1, 31)
    assert found["doc"]["remarks"] == RARE
    assert found["doc"]["customer_id"] == customer


def test_unsaved_forms_are_offered_again_as_they_were_typed(
    place: Place, start: Start, tmp_path: Path
) -> None:
    a = start(tmp_path, place.profile).enter("boss")
    customer, product = type_customer(a, place.customer), type_product(a)
    type_order(a, place.customer)
    a = again(a, start, place)
    forms = reopened(a, 3)
    assert forms["广州星河贸易有限公司"]["values"] == customer["values"]
    assert customer["values"]["credit_limit"] == D("123456789012.34")
    assert customer["values"]["address"] == RARE
    assert forms["New product"]["values"] == product["values"]
    assert product["values"]["name"] == "𠮷制茶杯"
    check_order(forms["New order"], place.customer)

    # A second crash before anything is saved: still each once.
    a = again(a, start, place)
    check_order(reopened(a, 3)["New order"], place.customer)
    for panel in ("product", "customer"):
        a.ask("raise_panel", panel)
        assert not a.save()["dirty"]
    a.ask("raise_panel", "sales_order")
    a.ask("type_cell", 1, "code", "10041")
    a.ask("type_cell", 1, "quantity", "1")
    assert not a.save()["dirty"]
    query = "SELECT credit_limit, founded_on, address, remarks FROM customer WHERE id = %s"
    kept = (D("123456789012.34"), date(2001, 2, 3), RARE, "第一行\n第二行")
    assert place.ask(query, place.customer) == [kept]
    assert place.ask("SELECT name FROM product WHERE code = 'P-9'") == [("𠮷制茶杯",)]
    assert place.ask("SELECT count(*) FROM sales_order") == [(1,)]
    query = "SELECT quantity, unit_price, remarks FROM order_line ORDER BY position"
    assert place.ask(query)[0] == (D("0.3333"), D("86.4375"), "还没打完")
    a.until("journalled")
    assert drafts_in(a.home) == []
