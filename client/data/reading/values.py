"""What passes between the reading child and the program: plain values, each safe to decode."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

ERRORS = frozenset(
    ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!")
)

Row = tuple[int, list[Any]]  # the row's number as Excel shows it, and its cells


@dataclass
class Refusal(Exception):
    """A file is not read, for a reason that the program has a sentence for."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CellError:
    """A cell that holds an error such as #N/A instead of a value."""

    text: str


def trimmed(cells: Sequence[Any]) -> list[Any]:
    """The cells without the empty ones at the end."""
    end = len(cells)
    while end and cells[end - 1] is None:
        end -= 1
    return list(cells[:end])


def encode(value: object) -> Any:
    """A cell's value as JSON can carry it: what is neither text, number nor yes/no in a dict."""
    if isinstance(value, str):
        if not value:
            return None
        if value in ERRORS:
            return {"e": value}
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e18 else value
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time):
        return {"h": value.isoformat()}
    if isinstance(value, timedelta):
        return {"s": value.total_seconds()}
    return str(value)


def encoded(cells: Sequence[Any]) -> list[Any]:
    """A row's values as JSON can carry them; the usual text is let through without a call."""
    return [c if c.__class__ is str and c and c[0] != "#" else encode(c) for c in cells]


def decode(value: dict[str, Any]) -> Any:
    """A JSON object as it came: a value that `encode` wrapped, or the answer itself."""
    if len(value) == 1:
        kind, content = next(iter(value.items()))
        reader = _READERS.get(kind)
        if reader is not None:
            return reader(content)
    return value


def _duration(seconds: float) -> str:
    return str(timedelta(seconds=seconds))


_READERS: dict[str, Callable[[Any], Any]] = {
    "e": CellError,
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "h": time.fromisoformat,
    "s": _duration,
}
