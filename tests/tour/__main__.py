"""Make the demo office in both languages, lead through all of it, and write the pictures."""

import argparse
import logging
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["KEHU_HOME"] = tempfile.mkdtemp(prefix="kehu-tour-home-")

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QApplication, QWidget

from client import i18n
from client.ui.theme import theme
from server_schema import demo
from tests.servers import Cluster, cluster, new_office
from tests.tour import moments, papers
from tests.tour.guide import Guide, Lost
from tests.tour.keeping import KEEPING
from tests.tour.people import PEOPLE
from tests.tour.sights import (
    CANCELLED,
    LONG_ORDER,
    LONGEST_ORDER,
    SCREENS,
    Sight,
    file_name,
    found,
)

SIGHTS = (
    *SCREENS,
    Sight("import", moments.imported, leave=moments.close_import),
    Sight("conflict", moments.conflict, leave=moments.settle_conflict),
    *KEEPING,
    *PEOPLE,
)
README = ("customers", "order", "analysis_region", "import")
REFUSED = Sight("login_refused", moments.refused)
LOOKS = (
    ("light", 1600, 900, False),
    ("dark", 1366, 768, True),
)  # mode, width, height, essential sights only


class Tour:
    """One walk through the office of one language; what failed is told at the end."""

    def __init__(self, app: QApplication, out: Path, only: str) -> None:
        self.app, self.out, self.only = app, out, only
        self.readme = self.once = False
        self.failed: list[str] = []
        self.drawn = 0

    def walk(self, server: Cluster, language: str) -> None:
        """Draw everything in one language."""
        prefix = f"tour_{language[:2]}"
        i18n.use(language)
        where = new_office(server, prefix, language)
        people = demo.load(where, prefix, language)
        guide = Guide(self.app, where, language)
        try:
            if self.readme:
                self.for_readme(guide, people[1][0], language)
                return
            for mode in ("light", "dark"):
                guide.dress(mode, 0, 0)
                file = file_name(self.out, language, mode, 560, "login")
                self.draw(guide, guide.login_window, file)
            guide.dress("light", 0, 0)
            self.visit(guide, REFUSED, file_name(self.out, language, "light", 560, REFUSED.name))
            guide.enter(people[1][0])  # the boss, who sees everything
            for mode, width, height, essential in LOOKS[:1] if self.once else LOOKS:
                guide.dress(mode, width, height)
                for sight in SIGHTS:
                    if (sight.essential or not essential) and self.only in sight.name:
                        file = file_name(self.out, language, mode, width, sight.name)
                        self.visit(guide, sight, file)
            self.papers(guide, language)
        finally:
            guide.dress("light", 1600, 900)
            guide.leave()

    def for_readme(self, guide: Guide, login: str, language: str) -> None:
        """The few pictures that the README shows, and nothing else."""
        guide.enter(login)
        guide.dress("light", 1600, 900)
        for sight in SIGHTS:
            if sight.name in README:
                self.visit(guide, sight, self.out / language / f"{sight.name}.png")
        office = guide.window.context.office
        pdf = papers.order_pdf(office, found(guide, LONG_ORDER), language)
        pages = papers.draw(pdf, self.out / language / "paper")
        pages[0].replace(pages[0].with_name("paper.png"))

    def visit(self, guide: Guide, sight: Sight, file: Path) -> None:
        """Bring a sight about and draw it; one that fails does not end the tour."""
        try:
            shown = sight.show(guide)
            guide.settle()
            self.draw(guide, shown or guide.window, file)
            if sight.leave:
                sight.leave(guide)
        except Exception as error:
            logging.exception("tour")
            self.failed.append(f"{file}: {type(error).__name__}: {error}")

    def draw(self, guide: Guide, widget: QWidget, file: Path) -> None:
        """Write one picture."""
        guide.picture(widget, file)
        self.drawn += 1

    def papers(self, guide: Guide, language: str) -> None:
        """Stored orders (an ordinary, a long and a cancelled one), then every kind of paper."""
        if self.once or self.only not in "papers":
            return
        office = guide.window.context.office
        queries = {"order": LONG_ORDER, "order_long": LONGEST_ORDER, "order_cancelled": CANCELLED}
        for name, query in queries.items():
            pdf = papers.order_pdf(office, found(guide, query), language)
            stem = self.out / language / "papers" / name
            self.drawn += len(papers.draw(pdf, stem))
        for name, pdf in papers.gallery(language):
            stem = self.out / language / "papers" / name
            self.drawn += len(papers.draw(pdf, stem, whole=False))


def main() -> int:
    """Exit code 1 when a sight could not be drawn."""
    parser = argparse.ArgumentParser(prog="tour", description=__doc__)
    parser.add_argument("out", type=Path, help="folder for the pictures")
    parser.add_argument("--only", default="", help="sights whose name contains this")
    parser.add_argument("--language", choices=["en", "zh_CN"], action="append")
    parser.add_argument("--readme", action="store_true", help="only what the README shows")
    parser.add_argument("--once", action="store_true", help="each sight in one look, no papers")
    options = parser.parse_args()
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_DontCreateNativeWidgetSiblings)
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    theme().mode = "light"
    theme().apply(app)
    started = time.monotonic()
    tour = Tour(app, options.out.resolve(), options.only)
    tour.readme, tour.once = options.readme, options.once
    with cluster() as server:
        for language in options.language or ("en", "zh_CN"):
            try:
                tour.walk(server, language)
            except Lost as lost:
                tour.failed.append(f"{language}: {lost}")
    print(f"{tour.drawn} pictures in {options.out}, {time.monotonic() - started:.0f} s")
    for line in tour.failed:
        print(line, file=sys.stderr)
    return int(bool(tour.failed))


if __name__ == "__main__":
    sys.exit(main())
