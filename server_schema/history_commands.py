"""`kehu-server anchor` and `verify-history`: the chain's head out of the database, and against it.

What is said is no more than is proven, so each sentence names what it rests on.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from psycopg2 import extensions

from resources import translator
from server_schema import anchors, chain, schema, sealing
from server_schema.anchors import Anchor
from server_schema.commands import server_asked
from server_schema.messages import N_, Refused
from server_schema.server import prefix_of
from server_schema.verdict import CONSISTENT, Bad, Verdict

Told = tuple[str, dict[str, object]]

WHAT = {
    ("altered", "history"): N_("Entry {id} ({detail}) does not agree with what was sealed."),
    ("deleted", "history"): N_("Entry {id} is missing."),
    ("truncated", "history"): N_("Entry {id} and all that were sealed after it are missing."),
    ("inserted", "history"): N_("Entry {id} was put in afterwards."),
    ("reordered", "history"): N_("Entry {id} ({detail}) stands in the place of another."),
    ("emptied", "history"): N_(
        "The contents of entry {id} were taken away, and no entry tells by whom and why."
    ),
    ("altered", "change"): N_(
        "Change {id} (who, when, from where) does not agree with what was sealed."
    ),
    ("deleted", "change"): N_("Change {id} (who, when, from where) is missing."),
    ("inserted", "change"): N_(
        "Change {id} was put in afterwards: it was not there yet at the time it tells."
    ),
    ("altered", "seal"): N_("Seal {id} does not agree with itself or with the one before it."),
    ("deleted", "seal"): N_("Seal {id} is missing."),
    ("truncated", "seal"): N_(
        "An anchor knows seal {id}, but the chain ends before it: the newest history was cut off,"
        " or the office was set back to an earlier copy."
    ),
    ("rewritten", "seal"): N_(
        "Seal {id} is not the one that an anchor knows: the chain was computed anew, or the office"
        " was set back to an earlier copy."
    ),
    ("contradicted", "seal"): N_(
        "The anchors contradict each other: one knows another seal {id}, yet a newer one agrees."
        " One of them is false, or of a copy of this office."
    ),
}


def anchor(options: argparse.Namespace) -> int:
    """Write the chain's head to a file outside the database."""
    file = Path(options.out).expanduser().absolute()
    with closing(server_asked(options).connect()) as connection:
        check_office(connection)
        head = sealing.seal(connection)
    if head is None:
        raise Refused(N_("There is no history yet."))
    anchors.write(file, head)
    text = N_("Seal {seal} of {time} is noted in {file}.")
    print(_sentence(options, (text, {"seal": head.seal, "time": _time(head), "file": file})))
    return 0


def verify_history(options: argparse.Namespace) -> int:
    """Compare history with its chain and with anchors. 0 proven, 1 wrong, 3 consistent only."""
    known, strange = anchors.read(Path(name).expanduser() for name in options.anchor)
    with closing(server_asked(options).connect()) as connection:
        check_office(connection)
        sealing.seal(connection)
        verdict = chain.verify(connection, known, _Progress(options).tell)
    verdict.strange = strange
    if options.json:
        print(json.dumps(verdict.as_json(), ensure_ascii=False, indent=1))
    else:
        for told in sentences(verdict):
            print(_sentence(options, told))
    return verdict.code


def check_office(connection: extensions.connection) -> None:
    if prefix_of(connection) is None:
        raise Refused(N_("There is no office in the database {name}."), name=connection.info.dbname)
    found = schema.version(connection)
    if found != schema.HEAD:
        raise Refused(
            N_("The database is of version {object}; `kehu-server upgrade` brings it up to date."),
            object=found,
        )


def sentences(verdict: Verdict) -> Iterator[Told]:
    """What is to be said of a verdict, the gravest first."""
    if verdict.first:
        yield from _wrong(verdict, verdict.first)
    yield from _proven(verdict)
    counted: tuple[tuple[int, str], ...] = (
        (verdict.unsealed, N_("Entries not sealed yet, and so not looked at: {n}.")),
        (verdict.redacted, N_("Entries redacted: {n}; of each another entry tells who and why.")),
        (verdict.foreign, N_("Anchors of other offices, left out: {n}.")),
        (verdict.strange, N_("Lines that are no anchors, left out: {n}.")),
    )
    for number, text in counted:
        if number:
            yield text, {"n": f"{number:,}"}
    for head, seal in verdict.set_back:
        text = N_(
            "The server's clock was set back after seal {before} of {time}: of what seal {seal}"
            " took on nobody can tell whether it is as old as it says."
        )
        yield text, {"before": head.seal, "time": _time(head), "seal": seal}
    for head, entries in verdict.restores:
        text = N_(
            "Seal {seal} of {time} is of a restore or of the demo: it took on {n} entries, whatever"
            " time they tell."
        )
        yield text, {"seal": head.seal, "time": _time(head), "n": f"{entries:,}"}


def _wrong(verdict: Verdict, first: Bad) -> Iterator[Told]:
    yield WHAT[first.what, first.table], {"id": first.id, "detail": first.detail}
    if first.table != "seal" and first.seal is not None and first.at is not None:
        time = f"{first.at.astimezone():%Y-%m-%d %H:%M:%S %Z}"
        values: dict[str, object] = {"seal": first.seal, "time": time}
        if verdict.covered:
            yield N_("An anchor confirms its seal {seal}: it was changed after {time}."), values
        else:
            text = N_("No anchor confirms its seal {seal} of {time}: history or seal was changed.")
            yield text, values
    number = sum(verdict.counts.values()) - 1
    if number:
        yield N_("It is the first; {n} more do not agree."), {"n": f"{number:,}"}


def _proven(verdict: Verdict) -> Iterator[Told]:
    values: dict[str, object] = {"n": f"{verdict.later:,}", "all": f"{verdict.entries:,}"}
    if verdict.proven:
        values |= {"seal": verdict.proven.seal, "time": _time(verdict.proven)}
        if verdict.first:
            yield N_("The newest anchor that agrees is of seal {seal} of {time}."), values
        else:
            yield N_("Proven by an anchor: all that was sealed until {time} (seal {seal})."), values
        text = N_(
            "From then on nothing is proven ({n} entries of {all}): whoever has the superuser's"
            " password could have written it anew, chain and all."
        )
        yield text, values
    elif verdict.code == CONSISTENT and not verdict.seals:
        yield N_("Nothing is sealed yet, so nothing is proven."), values
    else:
        if verdict.code == CONSISTENT:
            yield N_("History is consistent in itself ({all} entries)."), values
        text = N_(
            "Nothing is proven without an anchor that agrees: whoever has the superuser's password"
            " could have written all of it anew, chain and all."
        )
        yield text, values


class _Progress:
    """Tells how far it is where somebody looks on."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._shown = 0

    def tell(self, done: int, of: int) -> None:
        percent = done * 100 // of if of else 100
        if percent > self._shown and sys.stderr.isatty():
            self._shown = percent
            told: Told = (N_("{n} entries of {all}"), {"n": f"{done:,}", "all": f"{of:,}"})
            end = "\n" if percent == 100 else ""
            print("\r" + _sentence(self._options, told), end=end, file=sys.stderr, flush=True)


def _time(head: Anchor) -> str:
    return f"{datetime.fromisoformat(head.sealed_at).astimezone():%Y-%m-%d %H:%M:%S %Z}"


def _sentence(options: argparse.Namespace, told: Told) -> str:
    text, values = told
    return translator(options.language)(text).format(**values)
