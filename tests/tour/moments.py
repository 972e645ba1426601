"""What passes: a conflict, an import, a refused login. Each leaves the window as it was."""

import csv
import os
import random
import tempfile
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from sqlalchemy import text

from client import i18n
from client.model import Customer, fields
from client.ui.screens.imports import ImportDialog
from server_schema.demo_words import Words
from tests.tour.guide import Guide
from tests.tour.people import colleague
from tests.tour.sights import VIP, choose, found

MINE, THEIRS = "020-0555 7788", "020-0555 9900"


def conflict(guide: Guide) -> None:
    """Two people save the same customer."""
    screen = guide.screen("customers")
    number = found(guide, VIP)
    choose(guide, screen, number)
    form = guide.record("customer", number)
    editor = form.fields.editors["phone"]
    editor.selectAll()
    QTest.keyClicks(editor, MINE)
    guide.settle()
    with colleague(guide) as office, office.session() as session:
        session.execute(
            text("UPDATE customer SET phone = :phone WHERE id = :id"),
            {"phone": THEIRS, "id": number},
        )
    guide.settle()
    form.save()
    guide.wait(form.conflict.isVisible, "the conflict")


def settle_conflict(guide: Guide) -> None:
    """Take the other's text, so that the form can be closed."""
    form = guide.window.docks.widget(guide.window.docks.current())
    form.conflict.take_theirs()
    form.conflict.accept()
    guide.settle()


def imported(guide: Guide) -> QWidget:
    """The import dialog after a dry run: most rows are right, some are not."""
    guide.screen("customers")
    dialog = ImportDialog(guide.window.context, guide.window)
    dialog.resize(980, 640)
    dialog.open()
    file = workbook()
    before = Path.cwd()
    os.chdir(file.parent)  # the dialog shows the path as it is given
    dialog.open_file(file.name)
    guide.settle()
    os.chdir(before)
    dialog.try_it()
    guide.settle()
    return dialog


def close_import(guide: Guide) -> None:
    """Close the dialog."""
    for dialog in guide.window.findChildren(ImportDialog):
        dialog.reject()
        dialog.deleteLater()
    guide.settle()


def workbook() -> Path:
    """A small list of customers with a wrong date, a wrong amount and a missing name."""
    known = fields(Customer)
    names = ("name", "phone", "address", "credit_limit", "founded_on")
    words = Words(i18n.current(), random.Random(5))
    cities = [city for region in words.lists["regions"] for city in words.cities(region)]
    rows = [
        [words.company(city)[0], words.landline(city), words.address(city), "50000", "2019-05-04"]
        for city in cities
    ]
    rows[3][4] = "2019-13-40"
    rows[7][3] = "many"
    rows[9][0] = ""
    file = Path(tempfile.mkdtemp(prefix="kehu-tour-")) / "customers.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([i18n._(known[name].label) for name in names])
        writer.writerows(rows)
    return file


def refused(guide: Guide) -> QWidget:
    """A wrong password, said in words."""
    window: QWidget = guide.login_window
    guide.login_window.type("george", "wrong")
    guide.login_window.page.enter.click()
    guide.settle()
    return window
