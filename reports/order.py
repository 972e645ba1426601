"""The sales order on A4, as it is handed to a customer or kept as a draft to check."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from client.data.formats import date_text, money, percent, price, quantity
from client.i18n import N_
from client.model.rules import Totals, capitals, line_amount, totals
from reports import fonts
from reports.head import BODY, LINE, SMALL, office_head, parties
from reports.layout import Column, Table
from reports.sheet import A4, GREY, MARGIN, STRONG, Paper, Sheet, wrap
from resources import translator

COLUMNS = (
    Column(N_("No."), "right"),
    Column(N_("Item code"), wraps=True, least=52),
    Column(N_("Item"), wraps=True, least=88),
    Column(N_("Specification"), wraps=True, least=48),
    Column(N_("Unit"), wraps=True, least=22),
    Column(N_("Quantity"), "right", point=True),
    Column(N_("Unit price"), "right", point=True),
    Column(N_("Discount"), "right"),
    Column(N_("Tax rate"), "right"),
    Column(N_("Amount"), "right", point=True),
    Column(N_("Remarks"), wraps=True, least=36),
)
QUANTITY, AMOUNT = 5, 9
SIGNATURES = (
    (N_("Prepared by"), "created_by_name"),
    (N_("Checked by"), ""),
    (N_("Handled by"), "salesperson"),
    (N_("Received by customer"), ""),
)
SIGNING = 58.0


def order_paper(order: Mapping[str, Any], office: Mapping[str, Any], language: str) -> Paper:
    """The paper of a sales order as `load_order` gives it.

    `office` has name, address, phone, bank, bank_account, terms and logo (a picture's bytes).
    """
    return OrderPaper(order, office, language).paper()


class OrderPaper:
    """One sales order being laid out from top to bottom."""

    def __init__(self, order: Mapping[str, Any], office: Mapping[str, Any], language: str) -> None:
        self.order = order
        self.office = office
        self._: Callable[[str], str] = translator(language)
        self.number = str(order.get("number") or "")
        title = f"{self._(N_('Sales order'))} {self.number or self._(N_('Draft'))}"
        self.sheet = Sheet(A4, title, str(office.get("name") or ""), language)
        self.y = MARGIN
        lines = order.get("lines") or []
        self.amounts = [_amount(line) for line in lines]
        self.table = Table(
            self.sheet,
            [Column(self._(c.title), c.align, c.wraps, c.least, c.point) for c in COLUMNS],
            [self._cells(at, line) for at, line in enumerate(lines, 1)],
            self._figures(),
        )

    def paper(self) -> Paper:
        """Lay everything out and write it."""
        if self.order.get("status") == "cancelled":
            self.sheet.mark = self._(N_("Cancelled"))
        elif not self.number:
            self.sheet.mark = self._(N_("Draft"))
        self._head()
        self._lines()
        self._sums()
        self._notes()
        self._signatures()
        return self.sheet.finish(self._footer)

    def _figures(self) -> dict[int, str]:
        """The sums under their columns."""
        lines = self.order.get("lines") or []
        pieces = sum((line.get("quantity") or Decimal(0) for line in lines), Decimal(0))
        return {QUANTITY: quantity(pieces), AMOUNT: money(self._totals().total)}

    def _totals(self) -> Totals:
        """The document's own totals where it has them, else the sums of its lines."""
        found = totals(self.order.get("lines") or [])
        own = {key: self.order[key] for key in found._fields if self.order.get(key) is not None}
        return found._replace(**own)

    def _cells(self, position: int, line: Mapping[str, Any]) -> list[str]:
        discount = line.get("discount") or Decimal(0)
        texts = [line.get(key) or "" for key in ("code", "name", "specification", "unit")]
        return [
            str(line.get("position") or position),
            *map(str, texts),
            quantity(line.get("quantity")),
            price(line.get("unit_price")),
            percent(discount) if discount else "",
            percent(line.get("tax_rate")),
            money(self.amounts[position - 1]),
            str(line.get("remarks") or ""),
        ]

    def _head(self) -> None:
        """Whose paper it is, what it is, and whom it is for."""
        order, _ = self.order, self._
        number = self.number or _(N_("Draft"))
        day = date_text(order.get("order_date"))
        facts = ((_(N_("Order number")), number), (_(N_("Order date")), day))
        self.y = office_head(self.sheet, self.y, self.office, _(N_("Sales order")), facts, _)
        customer = order.get("customer") or {}
        named = "  ".join(str(customer[key]) for key in ("name", "number") if customer.get(key))
        self.y = parties(
            self.sheet,
            self.y,
            (
                (_(N_("Customer")), named),
                (_(N_("Phone")), order.get("phone") or customer.get("phone")),
                (
                    _(N_("Delivery address")),
                    order.get("delivery_address") or customer.get("address"),
                ),
            ),
            (
                (_(N_("Contact")), order.get("contact_name")),
                (_(N_("Salesperson")), order.get("salesperson")),
                (_(N_("Delivery date")), date_text(order.get("delivery_date"))),
            ),
        )

    def _lines(self) -> None:
        """The lines, over pages: each ends with its subtotal, the next begins with the sum so far.

        The last line stays with the sums below it.
        """
        table, sheet = self.table, self.sheet
        self.y = table.draw_head(self.y)
        page_sum = carried = Decimal(0)
        rows, amounts = table.rows, self._amounts_by_row()
        for at, (row, amount) in enumerate(zip(rows, amounts, strict=True)):
            last = at == len(rows) - 1
            needed = row.height + table.sum_height * (2 if last else 1) + (SIGNING if last else 0)
            if self.y + needed > sheet.bottom and not self._fresh:
                carried += page_sum
                self._carry(page_sum, carried)
                page_sum = Decimal(0)
            self.y = table.draw_row(self.y, row)
            page_sum += amount
        if len(sheet.pages) > 1:
            label = self._(N_("Subtotal of this page"))
            self.y = table.draw_sums(self.y, label, {AMOUNT: money(page_sum)})

    @property
    def _fresh(self) -> bool:
        """Whether no line stands on this page yet, so that breaking again would not help."""
        below = MARGIN + self.table.head.height + self.table.sum_height + LINE * 3
        return len(self.sheet.pages) > 1 and self.y < below

    def _amounts_by_row(self) -> list[Decimal]:
        """The amount of each drawn row; a line too long for one row counts at its first."""
        amounts = iter(self.amounts)
        return [next(amounts) if row.cells[0] else Decimal(0) for row in self.table.rows]

    def _carry(self, page_sum: Decimal, carried: Decimal) -> None:
        table, _ = self.table, self._
        table.draw_sums(self.y, _(N_("Subtotal of this page")), {AMOUNT: money(page_sum)})
        self._next_page()
        self.y = table.draw_head(self.y)
        self.y = table.draw_sums(self.y, _(N_("Brought forward")), {AMOUNT: money(carried)})
        self.sheet.rule(self.y)

    def _next_page(self) -> None:
        """A new page with a short head: whose paper it is, and which."""
        sheet, clean = self.sheet, self.sheet.clean
        sheet.next_page()
        self.y = MARGIN + 8
        number = clean(sheet.title)
        room = sheet.room - fonts.width(number, SMALL) - 16
        customer = (self.order.get("customer") or {}).get("name")
        parts = [str(text) for text in (self.office.get("name"), customer) if text]
        sheet.text(sheet.left, self.y, wrap(clean("  ·  ".join(parts)), room, SMALL)[0], SMALL)
        sheet.text(sheet.right, self.y, number, SMALL, "right")
        self.y += 8

    def _sums(self) -> None:
        table, sheet, _ = self.table, self.sheet, self._
        total, _net, tax = self._totals()
        currency = str(self.order.get("currency") or "CNY")
        sheet.rule(self.y, STRONG)
        self.y = table.draw_sums(self.y, _(N_("Total")), self._figures())
        sheet.rule(self.y, STRONG)
        shown = f"¥{money(total)}" if currency == "CNY" else f"{currency} {money(total)}"
        shown = sheet.clean(shown)
        base = self.y + 18
        sheet.text(sheet.right, base, shown, 13, "right", bold=True)
        contained = sheet.clean(f"{_(N_('Tax contained'))}  {money(tax)}")
        sheet.text(sheet.right, base + 14, contained, SMALL, "right", grey=GREY)
        if currency == "CNY":
            label = sheet.clean(_(N_("Amount in capitals")))
            sheet.text(sheet.left, base, label, BODY, grey=GREY)
            x = sheet.left + fonts.width(label, BODY) + 12
            room = sheet.right - fonts.width(shown, 13) - 20 - x
            for at, line in enumerate(wrap("人民币" + capitals(total), room, 10)):
                sheet.text(x, base + at * 14, line, 10)
        self.y = base + 26

    def _notes(self) -> None:
        """Remarks and terms, line by line, over as many pages as they take."""
        _, sheet = self._, self.sheet
        notes = (
            (N_("Remarks"), self.order.get("remarks")),
            (N_("Terms"), self.office.get("terms")),
        )
        for label, text in notes:
            if not text:
                continue
            name = sheet.clean(_(label))
            left = (
                sheet.left + max(fonts.width(_(N_("Remarks")), BODY), fonts.width(name, BODY)) + 12
            )
            for paragraph in str(text).replace("\r\n", "\n").replace("\r", "\n").split("\n"):
                for line in wrap(sheet.clean(paragraph), sheet.right - left, BODY):
                    self._fit(LINE)
                    sheet.text(sheet.left, self.y + 10, name, BODY, grey=GREY)
                    sheet.text(left, self.y + 10, line, BODY)
                    self.y += LINE
                    name = ""
            self.y += 4

    def _fit(self, height: float) -> None:
        if self.y + height > self.sheet.bottom:
            self._next_page()
            self.sheet.rule(self.y)
            self.y += 8

    def _signatures(self) -> None:
        sheet, clean, _ = self.sheet, self.sheet.clean, self._
        self._fit(SIGNING - 20)
        base = self.y + 26
        names = [clean(_(label)) for label, _key in SIGNATURES]
        taken = sum(fonts.width(name, BODY) for name in names)
        line = (sheet.room - taken - 6 * len(names) - 14 * (len(names) - 1)) / len(names)
        x = sheet.left
        for name, (_label, key) in zip(names, SIGNATURES, strict=True):
            sheet.text(x, base, name, BODY, grey=GREY)
            x += fonts.width(name, BODY) + 6
            sheet.rule(base + 3, left=x, right=x + line)
            if key and (signer := self.order.get(key)):
                sheet.text(x + 2, base, wrap(clean(signer), line - 2, BODY)[0], BODY)
            x += line + 14
        self.y = base + 8

    def _footer(self, page: int, pages: int) -> None:
        sheet = self.sheet
        text = self._(N_("Page {page} of {pages}")).format(page=page, pages=pages)
        sheet.text(sheet.left + sheet.room / 2, sheet.height - 26, text, SMALL, "center", grey=GREY)


def _amount(line: Mapping[str, Any]) -> Decimal:
    if line.get("amount") is not None:
        return Decimal(line["amount"])
    parts = [line.get(key) or Decimal(0) for key in ("quantity", "unit_price", "discount")]
    return line_amount(*parts)
