"""The sums of a document one under the other; what is taken off the whole is typed among them."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from client.context import Context
from client.data import formats
from client.data.priced.checking import wiped_further
from client.data.priced.edit import ZERO, Figures
from client.data.priced.kinds import DocumentKind
from client.data.problem import Problem
from client.i18n import _
from client.model import Field, fields
from client.ui.forms.editors import LineEditor
from client.ui.kit import IconButton, Label, hline
from client.ui.theme import TOKENS

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
WIDTH = 404
LEAST_SUM = 84
SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}
WIPE_KEY = "F9"
AMOUNT = re.compile(r"[¥￥]\s*([\d,.]+)|([\d,.]+)\s*元")


class _OffEditor(LineEditor):
    """A figure taken off the whole: nothing is shown as an empty field."""

    def __init__(self, context: Context, field: Field, place: str) -> None:
        super().__init__(context, field)
        label = _(field.label)
        self.setPlaceholderText(place)
        self.setAccessibleName(label)
        self.textChanged.connect(self._tell)
        self._tell()

    def set_value(self, value: Any) -> None:
        super().set_value(value or None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.focusNextPrevChild(True)
        else:
            super().keyPressEvent(event)

    def _tell(self) -> None:
        self.setToolTip(self.accessibleName())


class Sums(QWidget):
    """From the subtotal to the total. `editors` are those of the document's own fields."""

    def __init__(self, context: Context, kind: DocumentKind) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        known = fields(kind.entity)
        self._whole = _OffEditor(context, known["whole_discount"], "%")
        self._wiped = _OffEditor(context, known["wipe_off"], _("off"))
        self.editors: dict[str, LineEditor] = {
            "whole_discount": self._whole,
            "wipe_off": self._wiped,
        }
        self.wipe = IconButton("eraser", _("Wipe off the odd cents, again for the odd yuan (F9)"))
        self._before = Decimal(0)  # the total before anything is wiped off
        self._labels: dict[str, Label] = {}
        self._told: list[Label] = []  # what is only told
        self._message = Label("", "red")
        self._message.setWordWrap(True)
        self._message.hide()
        self.wipe.clicked.connect(self.wipe_off)
        self._whole.editingFinished.connect(self._take_amount)
        self._build()

    def _build(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 0, 12, 0)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(2, LEAST_SUM)  # so that the fields before it stand still
        captions = (
            ("gross", _("Subtotal before discount"), "text"),
            ("discounts", _("Line discounts"), "red"),
            ("reduction", _("Off the whole"), "red"),
            ("tax", _("Tax contained"), "text2"),
        )
        off = QHBoxLayout()
        off.setSpacing(4)
        for place, (key, caption, token) in enumerate(captions):
            told = Label(caption, "text2"), self._sum(key, token, None)
            grid.addWidget(told[1], place, 2)
            if key != "reduction":
                grid.addWidget(told[0], place, 0)
                self._told += told
            else:
                off.addWidget(told[0])
        self._whole.setFixedWidth(60)
        self._wiped.setFixedWidth(76)
        off.addStretch(1)
        for widget in (self._whole, self._wiped, self.wipe):
            off.addWidget(widget)
        grid.addLayout(off, 2, 0, 1, 2)
        grid.addWidget(self._message, 4, 0, 1, 3)
        grid.addWidget(hline(strong=True), 5, 0, 1, 3)
        grid.addWidget(Label(_("Total")), 6, 0)
        grid.addWidget(self._sum("total", "text", TOKENS["font_pt"]["title"]), 6, 1, 1, 2)

    def _sum(self, key: str, token: str, pt: float | None) -> Label:
        label = Label("", token, pt)
        label.setAlignment(RIGHT)
        self._labels[key] = label
        return label

    def set_short(self, short: bool) -> None:
        """Where there is little room, show only what can be typed, and the total."""
        for label in self._told:
            label.setVisible(not short)

    def set_editable(self, editable: bool) -> None:
        """Where nothing can be typed, an empty field is not shown."""
        for editor in self.editors.values():
            editor.setVisible(editable or bool(editor.text()))
        self.wipe.setVisible(editable)

    def show_figures(self, sums: Figures, currency: str) -> None:
        """Tell what the lines amount to."""
        sign = SIGNS.get(currency or "CNY", f"{currency} ")
        self._before = sums.total + self._wiped_now()
        texts = {
            "gross": formats.money(sums.gross),
            "discounts": formats.money(sums.discounts) if sums.discounts else "",
            "reduction": formats.money(sums.reduction) if sums.reduction else "",
            "tax": formats.money(sums.tax),
            "total": sign + formats.money(sums.total),
        }
        for key, text in texts.items():
            self._labels[key].setText(text.replace("-", "\N{MINUS SIGN}"))
        self._labels["total"].set_tone("red" if sums.total < 0 else "text")

    def show_problems(self, problems: Sequence[Problem], go: bool) -> None:
        """Mark the fields that are wrong and say the first of it; `go` there."""
        said = {p.field: p.sentence for p in problems if p.field in self.editors}
        for name, editor in self.editors.items():
            editor.setProperty("wrong", name in said)
            editor.setAccessibleDescription(said.get(name, ""))
            editor.style().unpolish(editor)
            editor.style().polish(editor)
        self._message.setText(next(iter(said.values()), ""))
        self._message.setVisible(bool(said))
        if said and go:
            self.editors[next(iter(said))].setFocus()

    def message(self) -> str:
        """The sentence shown here, empty where nothing is wrong."""
        return self._message.text()

    def wipe_off(self) -> None:
        """Wipe off a little more; after the most, nothing again."""
        if not self.wipe.isHidden():
            self._wiped.set_value(wiped_further(self._before, self._wiped_now()))
            self._wiped.edited.emit()

    def _take_amount(self) -> None:
        """An amount typed where a percentage is expected goes to where amounts stand."""
        found = AMOUNT.fullmatch(self._whole.text().strip())
        if found is not None and not self._whole.isReadOnly():
            self._whole.clear()
            self._wiped.setText(found[1] or found[2])
            self._wiped.edited.emit()

    def _wiped_now(self) -> Decimal:
        try:
            return self._wiped.value() or ZERO
        except formats.BadValue:
            return ZERO
