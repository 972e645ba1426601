"""What there is to see: each sight brings the window into one state and names it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView, QWidget
from sqlalchemy import text

from client.ui.priced.revisions import RevisionsDialog
from client.ui.printing.dialog import PrintersDialog
from tests.tour.guide import Guide

VIP = (
    "SELECT c.id FROM customer c JOIN customer_grade g ON g.id = c.grade_id WHERE g.name = 'VIP'"
    " ORDER BY (SELECT count(*) FROM contact WHERE customer_id = c.id) DESC, c.number LIMIT 1"
)
LONG_ORDER = (
    "SELECT o.id FROM sales_order o JOIN order_line l ON l.order_id = o.id"
    " WHERE o.status IN ('submitted', 'approved') GROUP BY o.id HAVING count(l.id) < 16"
    " ORDER BY count(l.id) DESC, o.id LIMIT 1"
)
DRAFT = "SELECT id FROM sales_order WHERE status = 'draft' ORDER BY id DESC LIMIT 1"
REVISED = (
    "SELECT q.id FROM quote q LEFT JOIN quote_line l ON l.quote_id = q.id WHERE q.status = 'sent'"
    " GROUP BY q.id ORDER BY q.revision DESC, count(l.id) DESC, q.id LIMIT 1"
)
CANCELLED = "SELECT id FROM sales_order WHERE status = 'cancelled' ORDER BY id DESC LIMIT 1"
OWED = (
    "SELECT customer_id, max(id) FROM sales_order WHERE outstanding > 0 AND currency = 'CNY'"
    " GROUP BY customer_id ORDER BY count(*) DESC, customer_id LIMIT 1"
)
LONGEST_ORDER = (
    "SELECT order_id FROM order_line GROUP BY order_id ORDER BY count(*) DESC, order_id LIMIT 1"
)


@dataclass(frozen=True)
class Sight:
    """A state of the window; `essential` ones are drawn in every size and colour."""

    name: str
    show: Callable[[Guide], QWidget | None]
    essential: bool = False
    leave: Callable[[Guide], None] | None = None


def found(guide: Guide, query: str) -> int:
    """The id that a query of the logged-in operator answers with."""
    with guide.window.context.office.session() as session:
        return int(session.scalar(text(query)) or 0)


def choose(guide: Guide, screen: Any, number: int) -> None:
    """Make a record the current row of a list."""
    grid = getattr(screen, "grid", screen)
    row = grid.model.ids.index(number)
    grid.table.selectRow(row)
    grid.table.setCurrentIndex(grid.model.index(row, 1))
    grid.table.scrollTo(grid.model.index(row, 1), QTableView.ScrollHint.PositionAtCenter)
    grid.table.setFocus()
    guide.settle()


def customers(guide: Guide) -> None:
    screen = guide.screen("customers")
    number = found(guide, VIP)
    choose(guide, screen, number)
    guide.record("customer", number)
    choose(guide, screen, number)


def customers_filtered(guide: Guide) -> None:
    screen = guide.screen("customers")
    screen.grid.table.head.set_filter("name", "gz" if guide.chinese else "wick")
    screen.grid.table.head.set_filter("status", "≠ 流失" if guide.chinese else "≠ lost")
    screen.grid.apply_filters()


def customers_none(guide: Guide) -> None:
    screen = guide.screen("customers")
    screen.grid.table.head.set_filter("name", "zzz")
    screen.grid.apply_filters()


def customer_new(guide: Guide) -> None:
    guide.screen("customers")
    guide.record("customer", None)


def orders(guide: Guide) -> None:
    screen = guide.screen("orders")
    choose(guide, screen, found(guide, LONG_ORDER))


def order(guide: Guide) -> None:
    guide.screen("orders")
    guide.record("sales_order", found(guide, LONG_ORDER))


def order_draft(guide: Guide) -> None:
    guide.screen("orders")
    guide.record("sales_order", found(guide, DRAFT))


def order_new(guide: Guide) -> None:
    guide.screen("orders")
    guide.record("sales_order", None)


def preview(guide: Guide) -> None:
    guide.screen("orders")
    shown = guide.record("paper:order", found(guide, LONG_ORDER))
    guide.wait(shown.view.is_drawn, "the paper")


def printers(guide: Guide) -> QWidget:
    """The dialog that sets where a printer prints; this computer may have none."""
    preview(guide)
    guide.window.docks.widget(guide.window.docks.current()).set_up_printers()
    guide.settle()
    (dialog,) = guide.window.findChildren(PrintersDialog)
    return dialog


def close_printers(guide: Guide) -> None:
    for dialog in guide.window.findChildren(PrintersDialog):
        dialog.reject()
    guide.settle()


def quotes(guide: Guide) -> None:
    screen = guide.screen("quotes")
    choose(guide, screen, found(guide, REVISED))


def quote(guide: Guide) -> None:
    guide.screen("quotes")
    guide.record("quote", found(guide, REVISED))


def quote_new(guide: Guide) -> None:
    guide.screen("quotes")
    guide.record("quote", None)


def revisions(guide: Guide) -> QWidget:
    """What was sent of a quote, two revisions side by side."""
    guide.screen("quotes")
    guide.record("quote", found(guide, REVISED)).show_revisions()
    guide.settle()
    (dialog,) = guide.window.findChildren(RevisionsDialog)
    return dialog


def close_revisions(guide: Guide) -> None:
    for dialog in guide.window.findChildren(RevisionsDialog):
        dialog.reject()


def receipts(guide: Guide) -> None:
    guide.screen("receipts")


def receipt(guide: Guide) -> None:
    """The rest of an order is about to be received."""
    guide.screen("receipts")
    with guide.window.context.office.session() as session:
        customer, order = session.execute(text(OWED)).one()
    guide.window.desk.open_record("receipt", None, customer_id=customer, order_id=order)
    guide.settle()


def deliveries(guide: Guide) -> None:
    screen = guide.screen("deliveries")
    screen.choice._group.buttons()[-1].click()


def delivery_new(guide: Guide) -> None:
    guide.screen("deliveries")
    guide.window.desk.open_record("delivery", None, order_id=found(guide, LONG_ORDER))


def delivery_choose(guide: Guide) -> None:
    guide.screen("deliveries")
    guide.record("delivery", None)


def products(guide: Guide) -> None:
    screen = guide.screen("product")
    choose(guide, screen, screen.grid.model.ids[4])


def analysis(report: int) -> Callable[[Guide], None]:
    """The analysis screen at one of its reports."""

    def show(guide: Guide) -> None:
        guide.screen("analysis").tabs.setCurrentIndex(report)

    return show


def receivables(guide: Guide) -> None:
    """The ages, with the orders behind a sum."""
    screen = guide.screen("receivables")
    screen.totals.opened.emit("d30")


def statement(guide: Guide) -> None:
    """The statement of the customer who owes most."""
    owes_most = guide.screen("receivables").model.rows[0].customer_id
    guide.record("statement", owes_most)


def continuity(guide: Guide) -> None:
    guide.screen("continuity")


def settings(page: str) -> Callable[[Guide], None]:
    """A page of the settings."""

    def show(guide: Guide) -> None:
        screen = guide.screen(page).active()
        if hasattr(screen, "grid"):
            choose(guide, screen, screen.grid.model.ids[1])

    return show


def search(guide: Guide) -> None:
    guide.screen("customers")
    box = guide.window.search_box
    box.setFocus()
    QTest.keyClicks(box, "gz" if guide.chinese else "wick")
    guide.pause(0.5)


SCREENS = (
    Sight("customers", customers, essential=True),
    Sight("customers_filtered", customers_filtered),
    Sight("customers_none", customers_none),
    Sight("customer_new", customer_new, essential=True),
    Sight("search", search),
    Sight("orders", orders, essential=True),
    Sight("order", order, essential=True),
    Sight("order_draft", order_draft),
    Sight("order_new", order_new),
    Sight("preview", preview, essential=True),
    Sight("printers", printers, leave=close_printers),
    Sight("quotes", quotes),
    Sight("quote", quote, essential=True),
    Sight("quote_new", quote_new),
    Sight("quote_revisions", revisions, leave=close_revisions),
    Sight("receipts", receipts),
    Sight("receipt", receipt, essential=True),
    Sight("deliveries", deliveries, essential=True),
    Sight("delivery_new", delivery_new, essential=True),
    Sight("delivery_choose", delivery_choose),
    Sight("products", products),
    Sight("analysis_region", analysis(0), essential=True),
    Sight("analysis_salesperson", analysis(1)),
    Sight("analysis_customer_type", analysis(2)),
    Sight("analysis_product", analysis(3)),
    Sight("settings_office", settings("setting"), essential=True),
    Sight("settings_numbers", settings("number_rule")),
    Sight("receivables", receivables, essential=True),
    Sight("statement", statement, essential=True),
    Sight("continuity", continuity),
    Sight("settings_regions", settings("region")),
    Sight("settings_codes", settings("customer_type"), essential=True),
    Sight("settings_departments", settings("department")),
    Sight("settings_operators", settings("operator")),
)


def file_name(out: Path, language: str, mode: str, width: int, sight: str) -> Path:
    """Where a picture goes: `zh_CN/light_1600/customers.png`."""
    return out / language / f"{mode}_{width}" / f"{sight}.png"
