"""Who did what to a document is read whole, in two lines where one is too short."""

from datetime import datetime
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from client.ui.forms.signs import Sign, Signs, signed
from client.ui.kit import ElidedLabel

SIGNS = [
    Sign("Made by", "Sophie Carrow", ["09-12 10:42"]),
    Sign("Submitted by", "Martin Lorrimer", ["09-12 10:45"]),
    Sign("Approved by", "Clara Dunmere", ["09-12 11:02", "12,345.60"]),
    Sign("Handled by", "Sophie Carrow"),
]


@pytest.mark.parametrize(("width", "lines", "noted"), [(1400, 1, 3), (640, 2, 3), (420, 2, 0)])
def test_no_name_is_cut(qtbot: QtBot, width: int, lines: int, noted: int) -> None:
    signs = Signs()
    qtbot.addWidget(signs)
    signs.resize(200, 60)
    signs.show()
    signs.show_signs(SIGNS[:2])
    signs.show_signs(SIGNS)
    signs.resize(width, 60)
    qtbot.waitUntil(lambda: signs.layout().geometry().width() == width)
    qtbot.wait(50)
    names = [one for one in signs.findChildren(ElidedLabel) if one.isVisible()]
    assert [one.text() for one in names] == [sign.name for sign in SIGNS]
    assert all(one.width() >= one.sizeHint().width() for one in names)
    places = [one.mapTo(signs, one.rect().bottomRight()) for one in names]
    assert all(place.x() <= width for place in places)
    assert len({place.y() for place in places}) == lines
    times = [one for one in signs.findChildren(QLabel) if "09-12" in one.text() and one.isVisible()]
    assert len(times) == noted


def test_only_steps_that_were_taken_are_signed() -> None:
    doc = {
        "created_at": datetime(2001, 9, 12, 10, 42).astimezone(),
        "created_by_name": "Sophie Carrow",
        "approved_at": datetime.now().astimezone().replace(month=1, day=2, hour=9, minute=5),
        "approved_by_name": None,
        "approved_amount": Decimal("12345.6"),
        "posted_at": None,
    }
    steps = (("Made by", "created"), ("Posted by", "posted"), ("Approved by", "approved"))
    made, approved = signed(doc, steps)
    assert made == Sign("Made by", "Sophie Carrow", ["2001-09-12 10:42"])
    assert approved == Sign("Approved by", "", ["01-02 09:05", "12,345.60"])
