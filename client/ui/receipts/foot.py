"""The foot of a receipt: the amount in capitals, what becomes of it, and who posted it."""

from decimal import Decimal

from PySide6.QtWidgets import QGridLayout, QWidget

from client.data import formats
from client.data.money import allocation
from client.data.money.allocation import Doc, Figures
from client.i18n import N_, _, plural
from client.model import rules
from client.ui.forms.money_foot import MoneyFoot
from client.ui.forms.signs import Sign, signed
from client.ui.kit import Label, hline
from client.ui.priced.sums import RIGHT, SIGNS
from client.ui.theme import TOKENS

LEAST, SUMS_WIDTH = 480, 330
STEPS = (
    (N_("Made by"), "created"),
    (N_("Posted by"), "posted"),
    (N_("Voided by"), "voided"),
)


class ReceiptFoot(MoneyFoot):
    """Shows sums and names; nothing here can be typed."""

    def __init__(self) -> None:
        super().__init__(LEAST)
        self._rest = Label("", "text2")
        self._captions: dict[str, Label] = {}
        self._sums: dict[str, Label] = {}
        self._lay_out(self._totals(), self._rest, 2)

    def _totals(self) -> QWidget:
        """The sums, one under the other; the amount is the last and largest."""
        block = QWidget()
        block.setFixedWidth(SUMS_WIDTH)
        grid = QGridLayout(block)
        grid.setContentsMargins(16, 0, 12, 0)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for place, key in enumerate(("allocated", "rest")):
            self._pair(grid, place, key, None)
        grid.addWidget(hline(strong=True), 2, 0, 1, 2)
        self._pair(grid, 3, "amount", TOKENS["font_pt"]["title"])
        return block

    def _pair(self, grid: QGridLayout, row: int, key: str, pt: float | None) -> None:
        caption, value = Label("", "text2"), Label("", "text", pt)
        value.setAlignment(RIGHT)
        self._captions[key], self._sums[key] = caption, value
        grid.addWidget(caption, row, 0)
        grid.addWidget(value, row, 1)

    def show_figures(self, sums: Figures, currency: str, kind: str) -> None:
        """Tell what becomes of the money: it came in now (`new`), was paid ahead (`advance`), or
        was taken back (`back`)."""
        captions = {
            "allocated": _allocated_to(sums.orders),
            "rest": _("Stays as an advance"),
            "amount": _("Advance") if kind == "advance" else _("Amount"),
        }
        sign = SIGNS.get(currency, f"{currency} ")
        for key, caption in captions.items():
            value = getattr(sums, key)
            text = (sign if key == "amount" else "") + formats.money(abs(value))
            text = "\N{MINUS SIGN}" * (value < 0) + text if value or key == "amount" else ""
            self._captions[key].setText(caption)
            self._sums[key].setText(text)
            self._sums[key].setAccessibleName(f"{caption} {text}")
        for key in ("allocated", "rest", "amount"):
            self._sums[key].set_tone("red" if getattr(sums, key) < 0 else "text")
        self._rest.set_tone("red" if sums.rest < 0 else "text2")
        self._rest.setText("" if kind == "back" else _in_words(sums))
        words = "人民币" + rules.capitals(sums.amount) if sums.amount else "–"
        self._show_capitals(words, currency)

    def rest_text(self) -> str:
        return self._rest.text()

    def show_people(self, doc: Doc) -> None:
        """Tell who made, posted and perhaps voided the receipt, and when."""
        signs = signed(doc, STEPS)
        if doc.get("handler"):
            signs.append(Sign(_("Handled by"), str(doc["handler"])))
        self._people.show_signs(signs)


def _allocated_to(orders: int) -> str:
    if not orders:
        return _("For orders")
    return plural(orders, N_("For one order"), N_("For {n} orders"))


def _in_words(sums: Figures) -> str:
    """What stays, as one would say it."""
    if sums.rest < 0:
        return allocation.too_little(sums)
    if sums.rest > Decimal(0):
        return _("{amount} stays as an advance.").format(amount=formats.money(sums.rest))
    return _("All of it is handed out.") if sums.amount else ""
