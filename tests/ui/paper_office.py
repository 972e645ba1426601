"""An office with orders to print, and what was noted of their prints."""

from pathlib import Path
from typing import Any

from client.context import Context
from client.data.priced import edit as order_edit
from client.data.priced import store as order_store
from client.data.priced.kinds import ORDER
from tests.conftest import OfficeDatabase
from tests.ui.order_office import context_of, furnish


def printing_context(office: OfficeDatabase, folder: Path) -> Context:
    """A clerk's desk in an office that names its copies."""
    made = context_of(office, "clerk", folder)
    made.office.settings["office_copies"] = ["File", "Customer"]
    return made


def numbered(office: OfficeDatabase, context: Context) -> list[int]:
    """Three orders with numbers; the last one is of several pages."""
    customer = furnish(office)
    index = order_store.all_products(context.office)
    line = order_edit.with_text(order_edit.blank_line(), "code", "P-10032", index)
    line = order_edit.with_text(line, "quantity", "2", index)
    found = []
    for lines in (1, 2, 150):
        doc = order_edit.blank(ORDER, context.office.today, context.office.me["id"])
        doc |= {"customer_id": customer, "lines": [dict(line) for _line in range(lines)]}
        found.append(order_store.save_and_issue(context.office, ORDER, doc, changed=True)["id"])
    return found


def logged(office: OfficeDatabase) -> list[tuple[Any, ...]]:
    """What was printed in which order."""
    return office.ask(None, "SELECT row_id, paper, language, way FROM print_log ORDER BY id")
