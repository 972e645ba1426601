"""The papers as pictures, by poppler's `pdftoppm` where it is installed."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

DOTS_PER_INCH = 96


def can_draw() -> bool:
    """Whether PDFs can be turned into pictures here; says so once if not."""
    if shutil.which("pdftoppm"):
        return True
    print("papers are left out: pdftoppm (poppler-utils) is not installed", file=sys.stderr)
    return False


def draw(pdf: bytes, stem: Path) -> list[Path]:
    """Every page of a PDF as `stem-1.png`, `stem-2.png` …"""
    stem.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kehu-tour-") as folder:
        file = Path(folder) / "paper.pdf"
        file.write_bytes(pdf)
        subprocess.run(
            ["pdftoppm", "-png", "-r", str(DOTS_PER_INCH), str(file), str(stem)], check=True
        )
    return sorted(stem.parent.glob(f"{stem.name}-*.png"))


def order_pdf(office: Any, number: int, language: str) -> bytes:
    """A stored order as the program prints it."""
    from reports.order import order_paper

    from client.data.priced import documents

    with office.session() as session:
        order = documents.load_order(session, number)
    settings = {
        key.removeprefix("office_"): value
        for key, value in office.settings.items()
        if key.startswith("office_")
    }
    return order_paper(order, settings, language).pdf
