"""What commands ask for in the same words: a day, a file, one record of a kind by code or name."""

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from client.data.analysis.figures import find
from client.data.errors import KnownError
from client.data.parsing import BadValue, parse_date
from client.i18n import _, joined

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from client.model import EntityType


# Any day of a month and of a year can be named on it.
_LONG = date(2000, 1, 31)


@dataclass(frozen=True)
class Day:
    """A day as it was typed; which one it is, is known only with the office's own day."""

    text: str


def day(text: str) -> Day:
    """A day as it can be typed anywhere in the program, to be settled after logging in."""
    try:
        parse_date(text, _LONG)
    except BadValue as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return Day(text)


def settle_days(args: argparse.Namespace, today: date) -> None:
    """Put dates in the place of the days that were typed. Raises BadValue for a day that its month
    does not have.
    """
    for name, value in vars(args).items():
        if isinstance(value, Day):
            setattr(args, name, parse_date(value.text, today))


def file_of(endings: Iterable[str]) -> Callable[[str], Path]:
    """A reader of file names that have one of these endings."""

    def read(text: str) -> Path:
        if Path(text).suffix.lower() not in endings:
            said = _("one of these endings: {endings}").format(endings=joined(endings))
            raise argparse.ArgumentTypeError(said)
        return Path(text)

    return read


def given(args: argparse.Namespace, options: Iterable[str]) -> list[str]:
    """Those of the options that were given."""
    return [name for name in options if getattr(args, name) is not None]


def one_id(session: "Session", kind: "EntityType", text: str | None) -> int | None:
    """The id of the record with that code or name. Raises KnownError unless it is exactly one."""
    if text is None:
        return None
    found = find(session, kind, text)
    if len(found) == 1:
        return found[0]
    values = {"kind": _(kind.LABEL), "text": text}
    if found:
        raise KnownError(
            _("{kind} '{text}' is there more than once; give its code.").format(**values)
        )
    raise KnownError(_("{kind} '{text}' is not there.").format(**values))
