"""A form on sheets of A4: the rows flow over as many pages as they take."""

from collections.abc import Sequence

from client.i18n import N_
from reports import fonts
from reports.foot import (
    BODY,
    SEAL,
    SMALL,
    Amount,
    Signatures,
    note_lines,
    page_of,
    print_of,
    seal_box,
)
from reports.form import Form, Office, Translate
from reports.head import LINE, office_head, parties
from reports.layout import PLAIN, Column, Look, Table
from reports.sheet import A4, GREY, MARGIN, STRONG, Sheet, wrap

ENTRIES = Look(sizes=((11.0, 1.0), (10.0, 1.0), (9.0, 1.0), (8.0, 1.0)))
SIGNING = 38.0
SIGN_LEADING = 26.0
COPY = 10.0
LEAST_MARK = 200.0


class Flow:
    """One form being laid out from top to bottom."""

    def __init__(self, form: Form, office: Office, language: str, translate: Translate) -> None:
        self.form, self.office, self._ = form, office, translate
        title = f"{form.title} {form.number}".strip()
        self.sheet = sheet = Sheet(A4, title, str(office.get("name") or ""), language)
        sheet.mark = sheet.clean(form.mark)
        self.y = MARGIN
        grid = form.grid
        widest = {place: found.widest() for place, found in grid.sums.items()}
        headless = not any(column.title for column in grid.columns)
        look = ENTRIES if headless else PLAIN
        self.table = Table(sheet, grid.columns, grid.rows, widest, look)
        self.amount = Amount(sheet, form, translate)
        room = sheet.room - (SEAL[0] + 16 if form.seal else 0)
        self.signatures = Signatures(sheet, form.signatures, room)

    def sheets(self, copies: Sequence[str], prints: int) -> Sheet:
        """Lay everything out, a set of pages for each copy."""
        self.y = office_head(self.sheet, self.y, self.office, self.form, self._)
        self.y = parties(self.sheet, self.y, self.form.left, self.form.right)
        self._rows()
        self._sums()
        self._ages()
        self._notes()
        self._sign()
        if len(self.sheet.pages) == 1:
            # On a page that is not full, the mark lies under what is there.
            self.sheet.mark_at = max(min(self.y + 40, self.sheet.height) / 2, LEAST_MARK)
        told = self.sheet.clean(print_of(prints, self._))

        def footer(page: int, pages: int, copy: str) -> None:
            self._footer(page, pages, copy, told)

        self.sheet.foot(footer, copies)
        return self.sheet

    def _rows(self) -> None:
        """The rows, over pages: each ends with its subtotal, the next begins with the sum so far.

        The last row stays with the sums below it.
        """
        table, sheet, grid = self.table, self.sheet, self.form.grid
        self.y = table.draw_head(self.y)
        ending = table.sum_height + self.amount.height + SIGNING
        here: list[int] = []
        done: list[int] = []
        empty = False
        for at, row in enumerate(table.rows):
            last = at == len(table.rows) - 1
            needed = row.height + table.sum_height + (ending if last else 0)
            if self.y + needed > sheet.bottom and not empty:
                done += here
                self._carry(here, done)
                here, empty = [], True
            self.y = table.draw_row(self.y, row)
            empty = False
            if row.begins is not None:
                here.append(row.begins)
        if len(sheet.pages) > 1 and grid.sums:
            label = self._(N_("Subtotal of this page"))
            self.y = table.draw_sums(self.y, label, grid.sums_of(here))

    def _carry(self, here: list[int], done: list[int]) -> None:
        table, grid = self.table, self.form.grid
        if grid.sums:
            table.draw_sums(self.y, self._(N_("Subtotal of this page")), grid.sums_of(here))
        self._next_page()
        self.y = table.draw_head(self.y)
        if grid.sums:
            self.y = table.draw_sums(self.y, self._(N_("Brought forward")), grid.sums_of(done))
            self.sheet.rule(self.y)

    def _next_page(self) -> None:
        """Begin a page with a short head that names the customer and the document."""
        sheet, clean = self.sheet, self.sheet.clean
        sheet.next_page()
        self.y = MARGIN + 8
        number = clean(sheet.title)
        room = sheet.room - fonts.width(number, SMALL) - 16
        parts = [str(text) for text in (self.office.get("name"), self.form.party) if text]
        sheet.text(sheet.left, self.y, wrap(clean("  ·  ".join(parts)), room, SMALL)[0], SMALL)
        sheet.text(sheet.right, self.y, number, SMALL, "right")
        self.y += 8

    def _fit(self, height: float) -> None:
        if self.y + height > self.sheet.bottom:
            self._next_page()
            self.sheet.rule(self.y)
            self.y += 8

    def _sums(self) -> None:
        table, sheet, grid = self.table, self.sheet, self.form.grid
        if grid.sums:
            self._fit(table.sum_height)
            sheet.rule(self.y, STRONG)
            self.y = table.draw_sums(self.y, self._(N_("Total")), grid.totals())
            sheet.rule(self.y, STRONG)
        self._fit(self.amount.height)
        self.y = self.amount.draw(self.y) + 6

    def _ages(self) -> None:
        """What is owed by its age, as a small table."""
        if not self.form.ages:
            return
        columns = [Column(label, "right") for label, _value in self.form.ages]
        table = Table(self.sheet, columns, [[str(value) for _label, value in self.form.ages]])
        self._fit(table.head.height + table.rows[0].height)
        self.y = table.draw_head(self.y)
        self.y = table.draw_row(self.y, table.rows[0]) + 10

    def _notes(self) -> None:
        """Remarks and terms, line by line, over as many pages as they take."""
        sheet = self.sheet
        for indent, lines in note_lines(sheet, self.form.notes, sheet.room, BODY):
            for label, line in lines:
                self._fit(LINE)
                sheet.text(sheet.left, self.y + 10, label, BODY, grey=GREY)
                sheet.text(sheet.left + indent, self.y + 10, line, BODY)
                self.y += LINE
            self.y += 4

    def _sign(self) -> None:
        """The lines to sign on, and where the office stamps."""
        sheet = self.sheet
        high = SIGNING + SIGN_LEADING * (len(self.signatures.rows) - 1)
        if self.form.seal:
            self._fit(max(high, SEAL[1] + 10))
            seal_box(sheet, self.y + 6, self.form.seal)
            self.y += SEAL[1] - 22
        else:
            self._fit(high)
        self.signatures.draw(self.y + 26, SIGN_LEADING)

    def _footer(self, page: int, pages: int, copy: str, told: str) -> None:
        sheet = self.sheet
        middle = sheet.left + sheet.room / 2
        text = page_of(page, pages, self._)
        sheet.text(middle, sheet.height - 26, text, SMALL, "center", grey=GREY)
        sheet.text(sheet.left, MARGIN - 12, told, BODY)
        room = sheet.room - (fonts.width(told, BODY) + 16 if told else 0)
        lines = wrap(sheet.clean(copy), room, COPY)[:2]
        for at, line in enumerate(reversed(lines)):
            sheet.text(sheet.right, MARGIN - 12 - at * 12, line, COPY, "right")
