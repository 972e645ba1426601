"""Small lists of choices above a report, of a fixed width."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QComboBox


def combo(name: str, width: int) -> QComboBox:
    """A list of choices called `name`, which is its tooltip as well."""
    made = QComboBox()
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setFixedWidth(width)
    made.setMaxVisibleItems(20)
    return made


def offer(made: QComboBox, choices: Sequence[tuple[Any, str]], chosen: Any = None) -> None:
    """Offer `choices`; what was chosen stays chosen if it is still among them."""
    kept = chosen if chosen is not None else made.currentData()
    made.clear()
    widest = 0
    for data, text in choices:
        made.addItem(text, data)
        widest = max(widest, made.fontMetrics().horizontalAdvance(text))
    made.setCurrentIndex(max(made.findData(kept), 0))
    # The list may be wider than its closed field.
    made.view().setMinimumWidth(min(widest + 40, 360))
