"""The sales order on A4, as it is handed to a customer or kept as a draft to check."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from client.data.formats import date_text, money, percent, price, quantity
from client.i18n import N_
from client.model.rules import Totals, capitals, line_amount, totals
from reports import fonts
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
    (N_("Prepared by"), "created_by"),
    (N_("Checked by"), ""),
    (N_("Handled by"), "salesperson"),
    (N_("Received by customer"), ""),
)
BODY = 9.0
SMALL = 8.0
LINE = 13.0
LOGO = (110.0, 44.0)
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
        self._parties()
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
        """The office at the left, what the paper is at the right."""
        sheet, clean, _ = self.sheet, self.sheet.clean, self._
        title = clean(_(N_("Sales order")))
        facts = [
            (clean(_(N_("Order number"))), clean(self.number or _(N_("Draft")))),
            (clean(_(N_("Order date"))), date_text(self.order.get("order_date"))),
        ]
        labels = max(fonts.width(label, BODY) for label, _value in facts)
        values = max(fonts.width(value, BODY) for _label, value in facts)
        aside = min(max(labels + 10 + values, fonts.width(title, 20)), sheet.room * 0.5)
        left = sheet.left
        logo_end = self.y
        if logo := self.office.get("logo"):
            wide, high = sheet.picture(logo, left, self.y, *LOGO)
            left += wide + 12 if wide else 0
            logo_end += high
        room = sheet.right - aside - 24 - left
        y = self.y + 14
        for line in wrap(clean(self.office.get("name")), room, 14):
            sheet.text(left, y, line, 14, bold=True)
            y += 17
        for text in self._office_lines():
            for line in wrap(text, room, SMALL):
                sheet.text(left, y, line, SMALL, grey=GREY)
                y += SMALL * 1.4
        right = self.y + 18
        sheet.text(sheet.right, right, title, 20, "right", bold=True)
        right += 20
        for label, value in facts:
            lines = wrap(value, aside - labels - 10, BODY)
            sheet.text(sheet.right - aside, right, label, BODY, grey=GREY)
            for line in lines:
                sheet.text(sheet.right, right, line, BODY, "right")
                right += LINE
        self.y = max(y - 2, right - 4, logo_end) + 6

    def _office_lines(self) -> list[str]:
        clean, _, office = self.sheet.clean, self._, self.office
        bank = " ".join(str(office[key]) for key in ("bank", "bank_account") if office.get(key))
        labelled = ((N_("Phone"), office.get("phone")), (N_("Bank"), bank))
        lines = [clean(office.get("address"))]
        lines += [clean(f"{_(label)}  {text}") for label, text in labelled if text]
        return [line for line in lines if line]

    def _parties(self) -> None:
        """Whom it is for and where it goes: pairs of label and text in two columns."""
        order, _ = self.order, self._
        customer = order.get("customer") or {}
        named = "  ".join(str(customer[key]) for key in ("name", "number") if customer.get(key))
        self.sheet.rule(self.y, STRONG)
        self.y += 6
        self._pair((N_("Customer"), named), (N_("Contact"), order.get("contact_name")))
        phone = order.get("phone") or customer.get("phone")
        self._pair((N_("Phone"), phone), (N_("Salesperson"), order.get("salesperson")))
        delivery = date_text(order.get("delivery_date"))
        address = order.get("delivery_address") or customer.get("address")
        self._pair((N_("Delivery address"), address), (N_("Delivery date"), delivery))
        self.y += 6

    def _pair(self, *fields: tuple[str, Any]) -> None:
        sheet, clean, _ = self.sheet, self.sheet.clean, self._
        split = sheet.left + sheet.room * 0.62
        label_widths = self._label_widths()
        most = 1
        for (label, value), left, right, width in zip(
            fields, (sheet.left, split), (split - 16, sheet.right), label_widths, strict=True
        ):
            sheet.text(left, self.y + 10, clean(_(label)), BODY, grey=GREY)
            lines = wrap(clean(value), right - left - width, BODY)
            for at, line in enumerate(lines):
                sheet.text(left + width, self.y + 10 + at * LINE, line, BODY)
            most = max(most, len(lines))
        self.y += most * LINE + 2

    def _label_widths(self) -> tuple[float, float]:
        columns = (
            (N_("Customer"), N_("Phone"), N_("Delivery address")),
            (N_("Contact"), N_("Salesperson"), N_("Delivery date")),
        )
        first, second = (
            max(fonts.width(self._(label), BODY) for label in labels) + 12 for labels in columns
        )
        return first, second

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
            signer = self.order.get(key) if key else None
            if isinstance(signer, str):
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
