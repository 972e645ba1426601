"""Every paper of the office: the kinds, the sizes, and how one or many become a PDF file."""

from collections.abc import Callable, Iterable, Sequence
from typing import IO, Any, NamedTuple

from reports.book import Book
from reports.delivery import delivery_form
from reports.fixed import MILLIMETRE, Fixed
from reports.flow import Flow
from reports.form import Document, Form, Office, Translate
from reports.handover import handover_form
from reports.priced import order_form, quote_form
from reports.receipt import receipt_form
from reports.sheet import Paper, Sheet
from reports.statement import statement_form
from resources import translator

PAPERS: dict[str, Callable[[Document, Office, Translate], Form]] = {
    "quote": quote_form,
    "order": order_form,
    "delivery": delivery_form,
    "receipt": receipt_form,
    "statement": statement_form,
}
# Besides the papers of documents: sheets for the office itself, on A4.
FORMS = PAPERS | {"handover": handover_form}
# Width and height in millimetres.
SIZES = {"a4": (210, 297), "241x140": (241, 140), "241x93": (241, 93)}


class Item(NamedTuple):
    """One document to be printed among many; the attributes are those of `make`."""

    kind: str
    document: Document
    office: Office
    language: str
    paper: str = "a4"
    copies: Sequence[str] = ()
    prints: int = 1


class Made(NamedTuple):
    """The result of many documents: how many, how many pages, and the characters that no font
    has.
    """

    documents: int
    pages: int
    missing: tuple[str, ...]
    stopped: bool


def make(
    kind: str,
    document: Document,
    office: Office,
    language: str,
    paper: str = "a4",
    copies: Sequence[str] = (),
    prints: int = 1,
) -> Paper:
    """The PDF of one document, with a whole set of pages for each of `copies`.

    `office` has the settings of the office without their `office_`, and `logo` as a picture's
    bytes. Where it wants that (`print_repeat`), the paper says that it is the `prints`th print.
    """
    return sheet_of(Item(kind, document, office, language, paper, copies, prints)).paper()


def make_many(
    items: Iterable[Item],
    target: IO[bytes],
    title: str = "",
    progress: Callable[[int], Any] | None = None,
) -> Made:
    """Many documents as one PDF file, written to `target` at the end with each font embedded once.

    Items may come from a generator, one at a time. `progress` is called after each document with
    how many are done; when it answers False, nothing is written.
    """
    book: Book | None = None
    missing: set[str] = set()
    documents = pages = 0
    for item in items:
        sheet = sheet_of(item)
        if book is None:
            book = Book(target, title or sheet.title, sheet.author, sheet.language)
        sheet.write(book)
        missing |= sheet.missing
        documents += 1
        pages += len(sheet.pages)
        if progress is not None and progress(documents) is False:
            return Made(documents, pages, tuple(sorted(missing)), True)
    if book is None:
        raise ValueError("no documents to print")
    book.close()
    return Made(documents, pages, tuple(sorted(missing)), False)


def sheet_of(item: Item) -> Sheet:
    """The pages of one document, laid out and not written yet."""
    translate = translator(item.language)
    form = FORMS[item.kind](item.document, item.office, translate)
    wide, high = SIZES[item.paper]
    prints = item.prints if item.office.get("print_repeat") else 1
    if item.paper == "a4":
        layout: Flow | Fixed = Flow(form, item.office, item.language, translate)
    else:
        size = (wide * MILLIMETRE, high * MILLIMETRE)
        layout = Fixed(size, form, item.office, item.language, translate)
    return layout.sheets(item.copies, prints)
