"""An analysis on paper: its figures as a table, with the picture of its chart above."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from client.data.formats import date_text, integer, money, percent, price, quantity
from client.i18n import N_
from reports import fonts
from reports.layout import GAP, Column, Table
from reports.sheet import A4, GREY, MARGIN, STRONG, Paper, Sheet, wrap
from resources import translator

SHOW: dict[str, Callable[[Any], str]] = {
    "money": money,
    "price": price,
    "quantity": quantity,
    "integer": integer,
    "percent": percent,
}
FIGURES = frozenset(SHOW)
# A text column is not given more than this before the paper is turned on its side.
TEXT = 180.0
BODY = 8.5
SMALL = 8.0


class PaperColumn(NamedTuple):
    """A column of an analysis: its title as shown, and the kind of its values.

    Kinds are text, date, money, price, quantity, integer and percent.
    """

    title: str
    kind: str = "text"


def table_paper(
    title: str,
    subtitle: str,
    columns: Sequence[PaperColumn],
    rows: Sequence[Sequence[Any]],
    totals: Sequence[Any] | None,
    image_png: bytes | None,
    language: str,
) -> Paper:
    """An analysis on A4, upright when its columns fit, else on its side.

    `totals` has a value or None by column; `subtitle` may have several lines (period, filters).
    """
    _ = translator(language)
    texts = [
        [_text(column, value) for column, value in zip(columns, row, strict=True)] for row in rows
    ]
    sums = {
        at: _text(columns[at], value)
        for at, value in enumerate(totals or ())
        if value is not None and columns[at].kind in FIGURES
    }
    size = A4 if _natural(columns, texts, sums) <= A4[0] - 2 * MARGIN else (A4[1], A4[0])
    sheet = Sheet(size, title, "", language)
    y = _head(sheet, title, subtitle)
    if image_png:
        high = (sheet.bottom - y) * (0.42 if rows else 0.9)
        _wide, taken = sheet.picture(image_png, sheet.left, y, sheet.room, high)
        y += taken + 14
    table = Table(sheet, [_column(column) for column in columns], texts, sums)
    y = table.draw_head(y)
    for at, row in enumerate(table.rows):
        last = at == len(table.rows) - 1
        if y + row.height + (table.sum_height if last and totals else 0) > sheet.bottom:
            sheet.next_page()
            sheet.text(sheet.left, MARGIN + 8, sheet.clean(title), SMALL)
            y = table.draw_head(MARGIN + 16)
        y = table.draw_row(y, row)
    if totals:
        sheet.rule(y, STRONG)
        y = table.draw_sums(y, _(N_("Total")), sums)
    sheet.rule(y, STRONG)

    def footer(page: int, pages: int, _copy: str) -> None:
        text = _(N_("Page {page} of {pages}")).format(page=page, pages=pages)
        middle = sheet.left + sheet.room / 2
        sheet.text(middle, sheet.height - 26, text, SMALL, "center", grey=GREY)

    return sheet.finish(footer)


def _head(sheet: Sheet, title: str, subtitle: str) -> float:
    y = MARGIN + 14
    for line in wrap(sheet.clean(title), sheet.room, 15):
        sheet.text(sheet.left, y, line, 15, bold=True)
        y += 19
    for paragraph in subtitle.splitlines():
        for line in wrap(sheet.clean(paragraph), sheet.room, BODY):
            sheet.text(sheet.left, y, line, BODY, grey=GREY)
            y += BODY * 1.45
    return y


def _column(column: PaperColumn) -> Column:
    if column.kind in FIGURES:
        return Column(column.title, "right", point=column.kind != "percent")
    return Column(column.title, wraps=column.kind == "text", least=60)


def _text(column: PaperColumn, value: Any) -> str:
    if value is None:
        return ""
    if column.kind in SHOW and isinstance(value, Decimal | int | float):
        return SHOW[column.kind](Decimal(str(value)))
    return date_text(value) if isinstance(value, date) else str(value)


def _natural(columns: Sequence[PaperColumn], texts: list[list[str]], sums: dict[int, str]) -> float:
    """The width that all columns together would like."""
    widths = []
    for at, column in enumerate(columns):
        cells = {row[at] for row in texts} | {column.title, sums.get(at, "")}
        widest = max(fonts.width(fonts.drawable(cell, set()), BODY) for cell in cells)
        widths.append(min(widest, TEXT))
    return sum(widths) + GAP * (len(columns) - 1)
