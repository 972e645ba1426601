"""The foot of an order: the amount in capitals, who made and submitted it, and the sums."""

from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from client.data import formats
from client.data.priced.edit import Doc, Figures
from client.i18n import _
from client.model import rules
from client.ui.kit import ElidedLabel, Label, hline
from client.ui.theme import TOKENS

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
SUMS_WIDTH = 330
LEAST = 480
NARROW = 940
SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}


class OrderFoot(QWidget):
    """Tells figures and names; nothing here can be typed."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._capitals = Label("", pt=TOKENS["font_pt"]["heading"])
        self._capitals.setWordWrap(True)
        self._caption = Label(_("In capitals"), "text2")
        self._signs = QHBoxLayout()
        self._signs.setSpacing(6)
        self._sums: dict[str, Label] = {}
        self._moments: list[Label] = []
        self.setMinimumWidth(LEAST)
        self._build()

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self._caption)
        top.addWidget(self._capitals, 1)
        left = QVBoxLayout()
        left.setContentsMargins(12, 10, 12, 10)
        left.addLayout(top)
        left.addStretch(1)
        left.addLayout(self._signs)
        edge = QFrame()
        edge.setProperty("kind", "hline")
        edge.setFixedWidth(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 8, 0, 8)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(edge)
        row.addWidget(self._totals())

    def _totals(self) -> QWidget:
        """The sums, one under the other; the total is the last and largest."""
        block = QWidget()
        block.setFixedWidth(SUMS_WIDTH)
        grid = QGridLayout(block)
        grid.setContentsMargins(16, 0, 12, 0)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        captions = (
            ("gross", _("Subtotal before discount"), "text"),
            ("discounts", _("Line discounts"), "red"),
            ("tax", _("Tax contained"), "text2"),
        )
        for place, (key, caption, token) in enumerate(captions):
            grid.addWidget(Label(caption, "text2"), place, 0)
            grid.addWidget(self._sum(key, token, None), place, 1)
        grid.addWidget(hline(strong=True), 3, 0, 1, 2)
        grid.addWidget(Label(_("Total")), 4, 0)
        grid.addWidget(self._sum("total", "text", TOKENS["font_pt"]["title"]), 4, 1)
        return block

    def _sum(self, key: str, token: str, pt: float | None) -> Label:
        label = Label("", token, pt)
        label.setAlignment(RIGHT)
        self._sums[key] = label
        return label

    def show_figures(self, sums: Figures, currency: str) -> None:
        """Tell what the lines amount to."""
        sign = SIGNS.get(currency or "CNY", f"{currency} ")
        texts = {
            "gross": formats.money(sums.gross),
            "discounts": formats.money(sums.discounts) if sums.discounts else "",
            "tax": formats.money(sums.tax),
            "total": sign + formats.money(sums.total),
        }
        for key, text in texts.items():
            self._sums[key].setText(text.replace("-", "\N{MINUS SIGN}"))
        self._sums["total"].set_tone("red" if sums.total < 0 else "text")
        chinese = (currency or "CNY") == "CNY"
        self._caption.setVisible(chinese)
        self._capitals.setText("人民币" + rules.capitals(sums.total) if chinese else "")
        self._capitals.setAccessibleName(f"{self._caption.text()} {self._capitals.text()}")

    def show_people(self, doc: Doc) -> None:
        """Tell who made, submitted and perhaps cancelled the document, and when."""
        self._moments = []
        while item := self._signs.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        steps = (
            (_("Made by"), "created"),
            (_("Submitted by"), "submitted"),
            (_("Cancelled by"), "cancelled"),
        )
        for caption, step in steps:
            if doc.get(f"{step}_at"):
                self._sign(caption, str(doc.get(f"{step}_by_name") or ""), doc[f"{step}_at"])
        if doc.get("salesperson"):
            self._sign(_("Handled by"), str(doc["salesperson"]), None)
        if doc.get("cancel_reason"):
            self._sign(_("Reason"), str(doc["cancel_reason"]), None)
        self._signs.addStretch(1)
        self._fit()

    def _sign(self, caption: str, name: str, moment: Any) -> None:
        self._signs.addWidget(Label(caption, "text2"))
        self._signs.addWidget(ElidedLabel(name))
        if isinstance(moment, datetime):
            label = Label(moment_text(moment), "ghost")
            self._moments.append(label)
            self._signs.addWidget(label)
        self._signs.addSpacing(16)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is no room, the names stay and their times go."""
        for label in self._moments:
            label.setVisible(self.width() >= NARROW)


def moment_text(moment: datetime) -> str:
    """A moment of this year without the year: 09-12 10:42."""
    text = formats.datetime_text(moment)
    year = formats.date_text(datetime.now(moment.tzinfo).date())[:5]
    return text.removeprefix(year)
