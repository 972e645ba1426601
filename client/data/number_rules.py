"""How numbers are made: rows of the table `number_rule`, read and saved as one."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from client.data import lookups
from client.data.errors import SENTENCES, Conflict, KnownError, NotYours
from client.data.forms import FormData
from client.i18n import _
from client.model import NumberCard, Operator
from client.model.office import NUMBERED, rule_field

Values = dict[str, Any]

ROW = 1  # the id by which forms know the card
PARTS = ("prefix", "date_part", "digits", "reset")
MOST_DIGITS = 9
_FORMATS = {"": "", "YYYY": "%Y", "YYYYMM": "%Y%m", "YYYYMMDD": "%Y%m%d"}
_PERIODS = {"never": "", "year": "YYYY", "month": "YYYYMM", "day": "YYYYMMDD"}


def load(session: Session) -> FormData:
    """Every rule's parts by field; `version` holds each rule's version by kind.

    Also read are the office's day and, by period, how far each kind has counted.
    """
    return FormData(_load(session), lookups.whole(session, [Operator]), {})


def _load(session: Session, lock: bool = False) -> Values:
    query = "SELECT * FROM number_rule ORDER BY kind"
    rows = session.execute(text(query + (" FOR UPDATE" if lock else ""))).mappings().all()
    if lock and not rows:
        raise NotYours(_(SENTENCES["42501"]))  # to be seen, but not to be changed
    counted: dict[str, dict[str, int]] = {row["kind"]: {} for row in rows}
    for kind, period, last in session.execute(text("SELECT * FROM number_counts()")):
        counted.setdefault(kind, {})[period] = last
    values: Values = {
        "id": ROW,
        "title": _(NumberCard.LABEL),
        "version": {row["kind"]: row["version"] for row in rows},
        "changers": {row["kind"]: row["changed_by"] for row in rows},
        "counted": counted,
        "today": session.scalar(text("SELECT office_today()")),
    }
    for row in rows:
        for part in PARTS:
            value = row[part]
            values[rule_field(row["kind"], part)] = (
                None if (part, value) == ("prefix", "") else value
            )
    return values


def rule_of(values: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The parts of one rule."""
    return {part: values.get(rule_field(kind, part)) for part in PARTS}


def wrong(values: Mapping[str, Any]) -> dict[str, str]:
    """Sentences about rules that cannot be saved, by field."""
    found = {}
    for kind, _label in NUMBERED:
        rule = rule_of(values, kind)
        if rule["reset"] is None:
            continue  # not numbered in this office
        prefix, digits = rule["prefix"] or "", rule["digits"]
        if digits is None or not 1 <= digits <= MOST_DIGITS:
            found[rule_field(kind, "digits")] = _("From 1 to {n} digits.").format(n=MOST_DIGITS)
        if any(char.isspace() for char in prefix):
            found[rule_field(kind, "prefix")] = _("A number has no blanks in it.")
        if len(rule["date_part"] or "") < len(_PERIODS[rule["reset"]]):
            found[rule_field(kind, "reset")] = _again(rule["reset"])
    return found


def _again(reset: str) -> str:
    """The sentence for a rule that would give the same number twice."""
    return {
        "year": _("Without the year in it, the same number would come again next year."),
        "month": _("Without the month in it, the same number would come again next month."),
        "day": _("Without the day in it, the same number would come again the next day."),
    }[reset]


def alike(values: Mapping[str, Any]) -> dict[str, str]:
    """By kind, the label of an earlier kind whose numbers would look the same."""
    found: dict[str, str] = {}
    seen: dict[tuple[Any, ...], str] = {}
    for kind, label in NUMBERED:
        rule = rule_of(values, kind)
        if rule["date_part"] is None:
            continue
        look = (rule["prefix"] or "", rule["date_part"])
        if look in seen:
            found[kind] = seen[look]
        seen.setdefault(look, _(label))
    return found


def example(rule: Mapping[str, Any], counted: Mapping[str, int], today: date) -> str:
    """The next number of a rule, as the database makes it; `counted` as `load` gives it."""
    day = today.strftime(_FORMATS[rule["date_part"] or ""])
    period = today.strftime(_FORMATS[_PERIODS[rule["reset"] or "never"]])
    number = counted.get(period, 0) + 1
    return f"{rule['prefix'] or ''}{day + '-' if day else ''}{number:0{rule['digits'] or 1}}"


def save(session: Session, values: Mapping[str, Any], base: Mapping[str, Any]) -> Values:
    """Store the rules that differ from `base` (as it was loaded). Answers with all as stored.

    Raises Conflict when somebody else saved one of these rules since `base` was loaded, NotYours
    when the operator may only read them.
    """
    if problems := wrong(values):
        raise KnownError(next(iter(problems.values())))
    stored = _load(session, lock=True)
    before = base.get("version") or {}
    changed = [
        kind
        for kind in stored["version"]
        if rule_of(values, kind) not in (rule_of(base, kind), rule_of(stored, kind))
    ]
    for kind in changed:
        if stored["version"][kind] != before.get(kind):
            who = {"changed_by": stored["changers"][kind]}
            raise Conflict(dict(base), dict(values), stored | who)
    query = text(
        "UPDATE number_rule SET prefix = :prefix, date_part = :date_part, digits = :digits,"
        " reset = :reset WHERE kind = :kind"
    )
    for kind in changed:
        rule = rule_of(values, kind)
        session.execute(query, rule | {"kind": kind, "prefix": rule["prefix"] or ""})
    return _load(session) if changed else stored
