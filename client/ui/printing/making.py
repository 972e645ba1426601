"""A paper from its kind and id: read, laid out, and logged when it leaves the program."""

from dataclasses import dataclass, field
from typing import Any

from client.data import papers
from client.data.connection import Office


@dataclass(frozen=True)
class Wanted:
    """Which paper, and how; `copies` are the names its sets bear, none for one without."""

    kind: str
    id: int
    paper: str = "a4"
    language: str = "en"
    copies: tuple[str, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Made:
    """A finished paper with the document it shows."""

    wanted: Wanted
    doc: papers.Doc
    pdf: bytes
    pages: int
    missing: str

    @property
    def file_name(self) -> str:
        """What its file would be called."""
        return papers.file_name(self.wanted.kind, self.doc, self.wanted.language)

    @property
    def title(self) -> str:
        """The document's number, or what stands for it."""
        return papers.title(self.wanted.kind, self.doc, self.wanted.language)

    @property
    def coloured(self) -> bool:
        """Whether anything on the paper has a colour, which only the logo can have."""
        return bool(self.doc["office"].get("logo"))


def preview(office: Office, wanted: Wanted) -> Made:
    """The paper as it would print, which is logged nowhere."""
    doc = papers.gather(office, wanted.kind, wanted.id, **wanted.more)
    return _make(wanted, doc, 1)


def logged(
    session: Any, settings: dict[str, Any], wanted: Wanted, way: str, printer: str = ""
) -> Made:
    """The paper as it leaves the program, and a note of it that is kept if the session is.

    `way` is printer or pdf.
    """
    doc, prints = noted(session, settings, wanted, way, printer)
    return _make(wanted, doc, prints)


def noted(
    session: Any, settings: dict[str, Any], wanted: Wanted, way: str, printer: str = ""
) -> tuple[papers.Doc, int]:
    """The document and how often it was printed by now, for `logged` and for many in one file."""
    doc = papers.read(session, settings, wanted.kind, wanted.id, **wanted.more)
    how = {"way": way, "paper": wanted.paper, "language": wanted.language, "printer": printer}
    return doc, papers.log_print(session, wanted.kind, wanted.id, **how)


def _make(wanted: Wanted, doc: papers.Doc, prints: int) -> Made:
    from reports.papers import make

    how = (wanted.language, wanted.paper, wanted.copies, prints)
    made = make(wanted.kind, doc, doc["office"], *how)
    return Made(wanted, doc, made.pdf, made.pages, "".join(made.missing))
