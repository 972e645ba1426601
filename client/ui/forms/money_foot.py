"""What the feet of documents about money have in common: the amount in capitals, who signed, and
the sums at the right.
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from client.i18n import _
from client.ui.forms.signs import Signs
from client.ui.kit import Label, vline
from client.ui.theme import TOKENS


class MoneyFoot(QWidget):
    """A subclass lays out its sums, and what it tells between the capitals and the people."""

    def __init__(self, least: int) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(least)
        self._caption = Label(_("In capitals"), "text2")
        self._capitals = Label("", pt=TOKENS["font_pt"]["heading"])
        self._capitals.setWordWrap(True)
        self._people = Signs()

    def _lay_out(self, sums: QWidget, between: QWidget | QLayout, edge: int) -> None:
        """Leave `edge` above and below what is told at the left."""
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self._caption, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._capitals, 1)
        left = QVBoxLayout()
        left.setContentsMargins(12, edge, 12, edge)
        left.setSpacing(6)
        left.addLayout(top)
        if isinstance(between, QLayout):
            left.addLayout(between)
        else:
            left.addWidget(between)
        left.addStretch(1)
        left.addWidget(self._people)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 8, 0, 8)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(vline())
        row.addWidget(sums)

    def _show_capitals(self, text: str, currency: str) -> None:
        """Only yuan are written in capitals."""
        self._caption.setVisible(currency == "CNY")
        self._capitals.setText(text if currency == "CNY" else "")
        self._capitals.setAccessibleName(f"{self._caption.text()} {self._capitals.text()}")
