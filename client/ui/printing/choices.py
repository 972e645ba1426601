"""How papers are wished on this workstation: by kind, and which printer has which paper."""

from dataclasses import asdict, dataclass
from typing import Any

from client import i18n
from client.data.papers import SIZES
from client.settings import Settings
from client.ui.printing.making import Wanted
from client.ui.printing.view import PAGE, WIDTH, Zoom
from resources import LANGUAGES

KINDS = "printing/kinds"
PRINTERS = "printing/printers"
ZOOM = "printing/zoom"


@dataclass(frozen=True)
class Choice:
    """Which paper, in which language, and the names of its copies."""

    paper: str = "a4"
    language: str = ""
    copies: tuple[str, ...] = ()

    def wanted(self, kind: str, id_: int, more: dict[str, Any] | None = None) -> Wanted:
        """One document printed by this choice."""
        return Wanted(kind, id_, self.paper, self.language, self.copies, more or {})


def choice_of(settings: Settings, kind: str, offered: list[str]) -> Choice:
    """What was last chosen for a kind, as far as it can still be had."""
    kept = settings.get(KINDS, {}).get(kind)
    kept = kept if isinstance(kept, dict) else {}
    paper, language = kept.get("paper"), kept.get("language")
    names = kept.get("copies")
    return Choice(
        paper if paper in SIZES else "a4",
        language if language in LANGUAGES else i18n.current(),
        tuple(name for name in offered if isinstance(names, list) and name in names),
    )


def keep_choice(settings: Settings, kind: str, choice: Choice) -> None:
    """Keep it for the next paper of the kind; the window's own language is not kept."""
    kept = asdict(choice) | {"copies": list(choice.copies)}
    if choice.language == i18n.current():
        kept["language"] = ""
    settings.set(KINDS, settings.get(KINDS, {}) | {kind: kept})


def printer_of(settings: Settings, paper: str, names: list[str]) -> str:
    """The printer that last printed on this paper, else the first; empty where there is none."""
    kept = settings.get(PRINTERS, {}).get(paper, "")
    return kept if kept in names else names[0] if names else ""


def keep_printer(settings: Settings, paper: str, name: str) -> None:
    """This printer has that paper."""
    settings.set(PRINTERS, settings.get(PRINTERS, {}) | {paper: name})


def zoom_of(settings: Settings) -> Zoom:
    """The size in which papers were last looked at; at first the one they have on paper."""
    kept = settings.get(ZOOM)
    if kept in (WIDTH, PAGE):
        return str(kept)
    return float(kept) if isinstance(kept, int | float) else 1.0


def keep_zoom(settings: Settings, zoom: Zoom) -> None:
    """Look at the next papers in this size, too."""
    settings.set(ZOOM, zoom)
