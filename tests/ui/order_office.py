"""An office with some goods and a customer, and what a screen is handed in it."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from client.context import Context
from client.data.money import allocation, receipts
from client.data.priced import edit as order_edit
from client.data.priced import store as order_store
from client.data.priced.kinds import DocumentKind
from tests.conftest import OfficeDatabase
from tests.ui.records_office import make_context

GOODS = """
INSERT INTO product (code, name, specification, unit, unit_price, tax_rate, barcode) VALUES
    ('P-10032', '不锈钢保温壶', '1.5 L 哑光黑', '只', 86, 0.13, '690001'),
    ('P-10041', '双层玻璃杯', '350 ml 6 只装', '盒', 58.5, 0.13, '690002'),
    ('P-11207', '折叠购物车', '承重 40 kg', '台', 132, 0.13, '690003')
"""


def furnish(office: OfficeDatabase) -> int:
    """Put goods and a customer of Ann's into the office; answers with the customer's id."""
    office.ask(None, GOODS)
    ann = office.id_of("ann")
    region = "INSERT INTO region (code, name) VALUES ('GZ', '广州') RETURNING id"
    region_id = office.ask(None, region)[0][0]
    insert = (
        "INSERT INTO customer (name, phone, address, region_id, owner_id, search_key, sort_key)"
        " VALUES ('广州星河贸易有限公司', '020-8735 6612', '体育东路 118 号', %s, %s,"
        " E'广州星河贸易有限公司\\ngzxhmyyxgs', '2') RETURNING id"
    )
    customer = office.ask(None, insert, region_id, ann)[0][0]
    contact = (
        "INSERT INTO contact (customer_id, owner_id, name, title, mobile, is_primary)"
        " VALUES (%s, %s, '陈浩', '采购经理', '138 0013 8000', true)"
    )
    office.ask(None, contact, customer, ann)
    return int(customer)


def context_of(office: OfficeDatabase, user: str, folder: Path) -> Context:
    """What a screen is handed when `user` logs in."""
    return make_context(office.login(user), folder)


def press(
    *what: str | Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Give letters and keys to whatever has the focus, which may change with each; what has no key
    of its own comes from an input method.
    """
    for one in what:
        for key in one if isinstance(one, str) and one.isascii() else (one,):
            target = QApplication.focusWidget()
            assert target is not None
            if isinstance(key, str) and not key.isascii():
                composed = QInputMethodEvent("", [])
                composed.setCommitString(key)
                QApplication.sendEvent(target, composed)
            else:
                QTest.keyClick(target, key, modifier)
            QApplication.processEvents()


def paste(text: str) -> None:
    QApplication.clipboard().setText(text)
    press(Qt.Key.Key_V, modifier=Qt.KeyboardModifier.ControlModifier)


def typed(screen: Any, *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(line.get(key) for key in keys) for line in screen.page.grid.lines()]


def place(screen: Any) -> tuple[int, str]:
    return screen.page.grid.current_row(), screen.page.grid.current_key()


def dialog_of(qtbot: QtBot, screen: Any, kind: type[QDialog]) -> Any:
    """The dialog that a key opened over the order, once it has the keys."""

    def shown() -> list[QDialog]:
        return [one for one in screen.window().findChildren(kind) if one.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()))
    dialog = shown()[0]
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def receive(context: Context, customer: int, amount: str, given: dict[int, str]) -> dict[str, Any]:
    """A receipt that another window posted: `given` to orders, by their ids."""
    blank = allocation.blank(context.office.today, context.office.me["id"])
    doc = blank | {"customer_id": customer, "amount": Decimal(amount), "payer": "another"}
    doc = allocation.with_parts(doc, {number: Decimal(part) for number, part in given.items()})
    return receipts.save_and_post(context.office, doc, True)


def document(context: Context, kind: DocumentKind, customer: int, **more: Any) -> dict[str, Any]:
    """A document of three lines, as it would be typed: 172.00, 555.75 and 132.00."""
    index = order_store.all_products(context.office)
    lines = []
    for code, quantity, discount in (
        ("P-10032", "2", ""),
        ("P-10041", "10", "5"),
        ("P-11207", "1", ""),
    ):
        line = order_edit.with_text(order_edit.blank_line(), "code", code, index)
        line = order_edit.with_text(line, "quantity", quantity, index)
        lines.append(order_edit.with_text(line, "discount", discount, index))
    doc = order_store.begin(context.office, kind)
    return doc | {"customer_id": customer, "lines": lines} | more
