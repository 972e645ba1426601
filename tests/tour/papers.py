"""The papers as pictures: those of the demo office, and every kind, size and awkward case."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2

from client.data.priced import documents
from reports.papers import PAPERS, SIZES, make
from tests.reports import samples

SCALE = 96 / 72
# Of a longer paper the first pages and the last are drawn.
FIRST = 2


def draw(pdf: bytes, stem: Path, *, whole: bool = True) -> list[Path]:
    """The pages of a PDF as `stem-1.png`, `stem-2.png` …; not all of a long one unless `whole`."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    drawn = []
    with pypdfium2.PdfDocument(pdf) as document:
        count = len(document)
        for at in range(count):
            if whole or at < FIRST or at == count - 1:
                file = stem.with_name(f"{stem.name}-{at + 1}.png")
                document[at].render(scale=SCALE).to_pil().save(file)
                drawn.append(file)
    return drawn


def order_pdf(office: Any, number: int, language: str) -> bytes:
    """A stored order as the program prints it."""
    with office.session() as session:
        order = documents.load_order(session, number)
    settings = {
        key.removeprefix("office_"): value
        for key, value in office.settings.items()
        if key.startswith("office_")
    }
    return make("order", order, settings, language).pdf


def gallery(language: str) -> Iterator[tuple[str, bytes]]:
    """Every kind of paper in every size and case: a name, and the PDF."""
    office = samples.ENGLISH_OFFICE if language == "en" else samples.OFFICE
    for kind in PAPERS:
        for size in SIZES:
            for case in samples.CASES:
                lines, values = samples.case(case, language)
                document = samples.document(kind, lines, **values)
                copies = samples.COPIES[language] if case == "one" else ()
                prints = 2 if case == "one" else 1
                pdf = make(kind, document, office, language, size, copies, prints).pdf
                yield f"{kind}_{size}_{case}", pdf
    red = samples.red_entry(**samples.in_language(language))
    for size in SIZES:
        yield f"receipt_{size}_red", make("receipt", red, office, language, size).pdf
