"""Sights of what was: recycle bins, restoring, histories, a customer as of a day."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QApplication, QWidget

from client.data import records
from client.model import Contact, Customer, Product
from client.ui.bin.restore import RestoreDialog
from client.ui.grouping.dialog import GroupDialog
from client.ui.history.day import DayDialog
from client.ui.history.dialog import HistoryDialog
from tests.tour.guide import Guide
from tests.tour.sights import DRAFT, VIP, Sight, found

_codes = count(100)
GROUPED = (
    "SELECT customer_id FROM group_member GROUP BY customer_id ORDER BY count(*) DESC, 1 LIMIT 1"
)
WORDS = {  # names, a contact, an address, a reason, a product
    True: (
        ("番禺旧友商行", "Harbour Antiques (HK) Ltd", "佛山南海五金店"),
        *("陈浩", "广州市天河区体育东路 118 号财富大厦 1206 室", "年度授信", "不锈钢保温杯"),
    ),
    False: (
        ("Old Friends Trading", "Harbour Antiques Ltd", "Corner Hardware Stores"),
        *("Alice Elverton", "12 Fortune Tower, 118 Market Hill", "Yearly credit review", "Flask"),
    ),
}


def prepare(guide: Guide) -> int:
    """A past for the best customer, and something in the bin; once for each office."""
    number = found(guide, VIP)
    names, person, address, reason, _goods = WORDS[guide.chinese]
    office = guide.window.context.office
    with office.session() as session:
        stored = records.load(session, Customer, number)
        if stored.get("fax") == "020-8735 6699":
            return number
    steps: tuple[dict[str, Any], ...] = (
        {"phone": "020-8735 6600", "status": "potential"},
        {"phone": "020-8735 6612", "status": "member"},
        {"credit_limit": 200000, "address": address},
        {"fax": "020-8735 6699", "credit_limit": 350000},
    )
    for step in steps:
        with office.session() as session:
            stored = records.load(session, Customer, number)
            records.save(session, Customer, stored | step, stored, reason=reason)
    for name in names:
        with office.session() as session:
            made = records.save(session, Customer, {"name": name, "phone": "020-8888 6666"})["id"]
            records.save(session, Contact, {"customer_id": made, "name": person})
            records.delete(session, Customer, [made])
    return number


def _taken_code(guide: Guide) -> int:
    """A product in the bin whose code another one has now; answers with the deletion."""
    code, name = f"Z9-{next(_codes)}", WORDS[guide.chinese][-1]
    with guide.window.context.office.session() as session:
        old = records.save(session, Product, {"code": code, "name": name})
        deletion = records.delete(session, Product, [old["id"]])
        records.save(session, Product, {"code": code, "name": f"{name} 500 ml"})
    return deletion


def bin_list(guide: Guide) -> None:
    prepare(guide)
    screen = guide.screen("customers")
    screen.toggle_bin()
    guide.settle()


def bin_page(guide: Guide) -> None:
    prepare(guide)
    guide.screen("bin")


def dialog_of(guide: Guide, kind: type[QWidget]) -> QWidget:
    """The dialog of this kind that is open."""
    guide.settle()
    shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]
    return shown[-1]


def restore(guide: Guide) -> QWidget:
    deletion = _taken_code(guide)
    RestoreDialog(guide.window.context, deletion, guide.window).open()
    return dialog_of(guide, RestoreDialog)


def close_restore(guide: Guide) -> None:
    dialog_of(guide, RestoreDialog).close()


def groups(guide: Guide) -> QWidget:
    """The groups of three customers at once, over the list narrowed to one."""
    screen = guide.screen("customers")
    screen.groups.setCurrentIndex(1)
    guide.settle()
    screen.grid.table.setFocus()
    for row in range(3):
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        index = screen.grid.model.index(row, 0)
        screen.grid.table.selectionModel().select(index, flags)
    screen.change_groups()
    return dialog_of(guide, GroupDialog)


def groups_list(guide: Guide) -> None:
    guide.screen("customers").groups.setCurrentIndex(2)
    guide.settle()


def groups_form(guide: Guide) -> None:
    guide.screen("customers")
    guide.record("customer", found(guide, GROUPED))


def close_groups(guide: Guide) -> None:
    for dialog in guide.window.findChildren(GroupDialog):
        dialog.close()
    guide.screen("customers").groups.setCurrentIndex(0)
    guide.settle()


def history_page(guide: Guide) -> None:
    prepare(guide)
    guide.screen("history")


def history_form(guide: Guide) -> None:
    number = prepare(guide)
    guide.screen("customers")
    form = guide.record("customer", number)
    form.tabs.setCurrentWidget(form.history)
    guide.settle()
    area = form.pages.currentWidget().layout().itemAt(2).widget()
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())


def history_order(guide: Guide) -> QWidget:
    guide.screen("orders")
    form = guide.record("sales_order", found(guide, DRAFT))
    form.show_history()
    return dialog_of(guide, HistoryDialog)


def close_history(guide: Guide) -> None:
    dialog_of(guide, HistoryDialog).close()


def day(guide: Guide) -> QWidget:
    number = prepare(guide)
    DayDialog(guide.window.context, number, datetime.now(UTC), guide.window).open()
    return dialog_of(guide, DayDialog)


def close_day(guide: Guide) -> None:
    dialog_of(guide, DayDialog).close()


KEEPING = (
    Sight("groups", groups, essential=True, leave=close_groups),
    Sight("groups_list", groups_list, essential=True, leave=close_groups),
    Sight("groups_form", groups_form),
    Sight("bin_list", bin_list, essential=True),
    Sight("bin_page", bin_page, essential=True),
    Sight("bin_restore", restore, essential=True, leave=close_restore),
    Sight("history_page", history_page, essential=True),
    Sight("history_form", history_form, essential=True),
    Sight("history_order", history_order, leave=close_history),
    Sight("history_day", day, essential=True, leave=close_day),
)
