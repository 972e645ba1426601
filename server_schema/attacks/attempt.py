"""One attempt, its ways, and how its answer is judged."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

import psycopg2
from psycopg2 import extensions

REFUSED, NOTHING, KNOWN, HOLE, NOT_TRIED = "refused", "nothing", "known leak", "HOLE", "not tried"
# Not allowed, and our own functions' "gone" and "not yours".
DENIED = frozenset(("42501", "KH001", "KH003"))

Names = dict[str, Any]
# One way: statements of one transaction, or what needs more than one session.
Way = tuple[str, ...] | Callable[["Stage"], tuple[str, str]]


@dataclass
class Stage:
    """Where attempts are made: the throw-away operator's connection, and that of the superuser who
    watches.

    `dsn` is what the operator connects with; `names` fill the placeholders of statements.
    """

    dsn: dict[str, Any]
    names: Names
    watcher: extensions.connection
    connection: extensions.connection

    def log_in(self, **other: Any) -> extensions.connection:
        """One more session of the throw-away operator."""
        made: extensions.connection = psycopg2.connect(**{**self.dsn, **other})
        return made


@dataclass(frozen=True)
class Attempt:
    """Something to try, in one or more ways.

    `leak` says why it is known to succeed. `strict`: only a refusal counts, reaching no row is not
    enough. `states`: SQLSTATEs that count as a refusal besides those of `DENIED`; for a leak, those
    that tell as much as an answer.
    """

    code: str
    text: str
    ways: tuple[Way, ...]
    leak: str = ""
    strict: bool = False
    states: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True)
class Answer:
    """The result of one way of an attempt."""

    attempt: Attempt
    way: str
    answer: str
    said: str = ""


def attempt(code: str, text: str, *ways: str | Way, **more: Any) -> Attempt:
    """An attempt whose ways are single statements or several of one transaction."""
    states = frozenset(more.pop("states", ()))
    plain = tuple((way,) if isinstance(way, str) else way for way in ways)
    return Attempt(code, text, plain, states=states, **more)


def title(way: Way) -> str:
    """How a way is called: its last statement, or its function's name."""
    return way[-1] if isinstance(way, tuple) else way.__name__.replace("_", " ")


def play(tried: Attempt, stage: Stage) -> Iterator[Answer]:
    """Try every way of an attempt; whatever succeeded is rolled back."""
    for way in tried.ways:
        if isinstance(way, tuple):
            yield Answer(tried, title(way), *_played(tried, way, stage))
        else:
            yield Answer(tried, title(way), *way(stage))


def _played(tried: Attempt, way: tuple[str, ...], stage: Stage) -> tuple[str, str]:
    if not words(way) <= stage.names.keys():
        return NOT_TRIED, ""  # the office has nothing of the kind yet
    connection = stage.connection
    # These check that they stand alone before they check who asks.
    connection.autocommit = way[-1].startswith("ALTER SYSTEM")
    reached = 0
    try:
        with connection.cursor() as cursor:
            for statement in way:
                reached = _reached(cursor, statement.format(**stage.names))
    except psycopg2.Error as error:
        state = error.pgcode or ""
        if state in DENIED | tried.states:
            return (KNOWN if tried.leak and state in tried.states else REFUSED), state
        return HOLE, f"{state} {error}".strip()
    finally:
        connection.rollback()
        connection.autocommit = False
    if tried.leak:
        return KNOWN, ""
    if reached == 0 and not tried.strict:
        return NOTHING, ""
    return HOLE, f"{reached}" if reached >= 0 else ""


def words(way: tuple[str, ...]) -> set[str]:
    """The names of the stage that the statements speak of."""
    return {name for text in way for _, name, _, _ in Formatter().parse(text) if name}


def _reached(cursor: extensions.cursor, statement: str) -> int:
    """How many rows a statement reached; -1 for one that went through and reaches none."""
    if statement.startswith("COPY") and statement.endswith("TO STDOUT"):
        told = io.StringIO()
        cursor.copy_expert(statement, told)
        return told.getvalue().count("\n")
    if statement.startswith("COPY") and statement.endswith("FROM STDIN"):
        cursor.copy_expert(statement, io.StringIO("1\n"))
        return cursor.rowcount
    cursor.execute(statement)
    return cursor.rowcount
