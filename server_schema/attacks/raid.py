"""All attempts one after the other, and how their answers are told."""

from collections.abc import Iterator
from typing import Any

from resources import translator
from server_schema.attacks import known, lent, rights, rows, scratch, server
from server_schema.attacks.attempt import HOLE, KNOWN, NOT_TRIED, NOTHING, REFUSED, Answer, play
from server_schema.messages import N_

ATTEMPTS = (
    *rights.ATTEMPTS,
    *rows.ATTEMPTS,
    *lent.ATTEMPTS,
    *server.ATTEMPTS,
    *known.ATTEMPTS,
)
WORDS = {
    REFUSED: N_("refused"),
    NOTHING: N_("reached nothing"),
    KNOWN: N_("known leak"),
    HOLE: N_("HOLE"),
    NOT_TRIED: N_("nothing to try it on"),
}
_ENTERED = N_("Other databases of the server can be entered; no office is in them: {names}")


def raid(dsn: dict[str, Any]) -> list[Answer]:
    """Try everything on the office's own database. `dsn` is the superuser's."""
    with scratch.stage(dsn) as made:
        return [answer for tried in ATTEMPTS for answer in play(tried, made)]


def holes(answers: list[Answer]) -> list[Answer]:
    """What went through and must not."""
    return [answer for answer in answers if answer.answer == HOLE]


def as_data(answers: list[Answer]) -> list[dict[str, str]]:
    """The answers for programs."""
    return [
        {"attempt": a.attempt.code, "way": a.way, "answer": a.answer, "said": a.said}
        for a in answers
    ]


def report(answers: list[Answer], language: str) -> Iterator[str]:
    """A line for each attempt and kind of answer; holes with what was tried, leaks with why."""
    _ = translator(language)
    counted: dict[tuple[str, str], list[Answer]] = {}
    for answer in answers:
        counted.setdefault((answer.attempt.code, answer.answer), []).append(answer)
    for (_code, word), found in counted.items():
        tried = found[0].attempt
        yield f"{_(WORDS[word])}: {_(tried.text)} ({len(found)})"
        if word == KNOWN:
            yield "    " + (
                _(tried.leak) if tried.leak else _(_ENTERED).format(names=found[0].said)
            )
        if word == HOLE:
            for answer in found:
                yield f"    {answer.way}  →  {answer.said}"
