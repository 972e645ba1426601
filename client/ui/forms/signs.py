"""Who did what to a document, and when, in one line or where that is too short in two."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from client.data import formats
from client.i18n import _
from client.ui.kit import ElidedLabel, Label

GAP, BETWEEN = 6, 22


class Sign(NamedTuple):
    """What was done, who did it, and what is worth knowing of it: when, for how much."""

    caption: str
    name: str
    notes: Sequence[str] = ()


def signed(doc: Mapping[str, Any], steps: Iterable[tuple[str, str]]) -> list[Sign]:
    """Those of the steps that were taken: each is its caption and what its fields begin with."""
    return [
        Sign(_(caption), str(doc.get(f"{step}_by_name") or ""), _notes(doc, step))
        for caption, step in steps
        if doc.get(f"{step}_at")
    ]


def _notes(doc: Mapping[str, Any], step: str) -> list[str]:
    """When it was done, and for how much."""
    moment, amount = doc[f"{step}_at"], doc.get(f"{step}_amount")
    notes = [_moment_text(moment)] if isinstance(moment, datetime) else []
    return notes + ([formats.money(amount)] if amount is not None else [])


def _moment_text(moment: datetime) -> str:
    """A moment of this year without the year: 09-12 10:42."""
    text = formats.datetime_text(moment)
    year = formats.date_text(formats.today())[:5]
    return text.removeprefix(year)


class _Shown(QWidget):
    """One of them; its notes stand in the tooltip as well."""

    def __init__(self, sign: Sign) -> None:
        super().__init__()
        told = Label(sign.caption, "text2")
        told.setToolTip(" · ".join((sign.name, *sign.notes)))
        self._parts: tuple[QWidget, ...] = (told, ElidedLabel(sign.name))
        self._notes = [Label(note, "ghost") for note in sign.notes]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        for part in (*self._parts, *self._notes):
            row.addWidget(part)

    def wanted(self, notes: bool) -> int:
        """The width it needs to be read whole."""
        parts = (*self._parts, *(self._notes if notes else ()))
        needed: int = sum(part.sizeHint().width() + GAP for part in parts)
        return needed + BETWEEN - GAP

    def set_noted(self, noted: bool) -> None:
        for note in self._notes:
            note.setVisible(noted)


class Signs(QWidget):
    """Where there is no room for all, the names stay; times and amounts stand in tooltips."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._shown: list[_Shown] = []
        self._lines = (QHBoxLayout(), QHBoxLayout())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for line in self._lines:
            line.setSpacing(BETWEEN)
            column.addLayout(line)

    def show_signs(self, signs: Sequence[Sign]) -> None:
        """Tell these, and nothing of those before."""
        for old in self._shown:
            old.hide()
            old.deleteLater()
        self._shown = [_Shown(sign) for sign in signs]
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        parts, noted = self._parted()
        for line, part in zip(self._lines, parts, strict=True):
            while line.takeAt(0):
                pass
            for one in part:
                one.set_noted(noted)
                line.addWidget(one)
            if part:
                line.addStretch(1)

    def _parted(self) -> tuple[tuple[list[_Shown], list[_Shown]], bool]:
        """What stands in each line, and whether with its notes: in one line if that can be."""
        room, shown = self.width() + BETWEEN, self._shown
        whole = len(shown)
        for places, noted in (
            ((whole,), True),
            ((whole,), False),
            (range(whole - 1, 0, -1), True),
            (range(whole - 1, 0, -1), False),
        ):
            for at in places:
                parts = shown[:at], shown[at:]
                if all(sum(one.wanted(noted) for one in part) <= room for part in parts):
                    return parts, noted
        half = (whole + 1) // 2
        return (shown[:half], shown[half:]), False
