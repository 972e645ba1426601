"""Entries about access as sentences: logins, exports, refusals, and logins that were locked."""

from collections.abc import Callable
from datetime import datetime

from client.data import formats
from client.data.analysis.reports import REPORTS
from client.data.history.entries import Entry
from client.data.history.names import Names
from client.i18n import N_, _, joined, plural
from client.model import ENTITIES, fields
from client.model.operator import right_text

KindName = Callable[[str], str]

# What is exported besides lists of records and sales figures.
_REPORTS = {
    "history": N_("History"),
    "handover": N_("Hand-over"),
    "receivables": N_("Receivables"),
    "statement": N_("Statement of account"),
    "numbers": N_("Number continuity"),
    **{each.name: each.title for each in REPORTS},
}
# What narrows an export besides the fields of its records.
_FILTERS = {
    "as_of": N_("As of"),
    "bin": N_("Recycle bin"),
    "currency": N_("Currency"),
    "customer": N_("Customer"),
    "date_from": N_("From day"),
    "date_to": N_("To day"),
    "department": N_("Department"),
    "field": N_("Field"),
    "kind": N_("Kind of record"),
    "operator": N_("Operator"),
    "period": N_("Period"),
    "region": N_("Region"),
    "region_id": N_("Region"),
    "salesperson": N_("Salesperson"),
    "salesperson_id": N_("Salesperson"),
    "search": N_("Search"),
    "since": N_("From day"),
    "table": N_("Kind of record"),
    "until": N_("To day"),
    "words": N_("Words"),
}


def told(entry: Entry, names: Names, kind_name: KindName) -> str:
    """One entry in a sentence; what a lying program reported stands there as it is."""
    person = names.get(("operator", entry.row), f"#{entry.row}")
    made = _SAID.get(entry.op, _login)(entry, person, kind_name)
    if "at" in entry.after:  # noted before it was part of the history
        made = f"{made} · {_moment(entry.after['at'])}"
    return made


def _login(entry: Entry, person: str, _kind_name: KindName) -> str:
    if entry.op == "logout":
        return _("{name} logged out").format(name=person)
    if refused := entry.after.get("refused"):
        one = N_("{name} logged in, after {n} wrong password on this computer")
        many = N_("{name} logged in, after {n} wrong passwords on this computer")
        return plural(refused, one, many, name=person)
    return _("{name} logged in").format(name=person)


def _exported(entry: Entry, person: str, kind_name: KindName) -> str:
    what = str(entry.after.get("what") or "")
    named = _(_REPORTS[what]) if what in _REPORTS else _plural(what, kind_name)
    text = plural(
        entry.after.get("rows") or 0,
        N_("{name} exported {what}: {n} row, {format}"),
        N_("{name} exported {what}: {n} rows, {format}"),
        name=person,
        what=named,
        format=str(entry.after.get("format") or "").upper() or "–",
    )
    if filters := entry.after.get("filters"):
        labels = joined(_filter(what, str(name)) for name in filters)
        text = f"{text} · " + _("narrowed by {fields}").format(fields=labels)
    return text


def _plural(what: str, kind_name: KindName) -> str:
    return _(ENTITIES[what].PLURAL) if what in ENTITIES else kind_name(what)


def _filter(what: str, name: str) -> str:
    known = fields(ENTITIES[what]) if what in ENTITIES else {}
    if name in known:
        return _(known[name].label)
    return _(_FILTERS[name]) if name in _FILTERS else name


def _refused(entry: Entry, person: str, kind_name: KindName) -> str:
    about = str(entry.after.get("about") or "")
    if not about:
        return _("{name} was refused something they have no right to").format(name=person)
    what = right_text(about) if "." in about else kind_name(about)
    return _("{name} was refused: {what}").format(name=person, what=what)


def _wrong(entry: Entry, person: str, _kind_name: KindName) -> str:
    if not entry.row:
        one = N_("{n} try to log in under a name that nobody has, from {addresses}")
        many = N_("{n} tries to log in under names that nobody has, from {addresses}")
    else:
        one = N_("{n} wrong password for {name}, from {addresses}")
        many = N_("{n} wrong passwords for {name}, from {addresses}")
    return plural(entry.after.get("n", 1), one, many, name=person, addresses=_addresses(entry))


def _locked(entry: Entry, person: str, _kind_name: KindName) -> str:
    text = _("The login of {name} was locked until {time}: {n} wrong passwords, from {addresses}")
    return text.format(
        name=person,
        time=_moment(entry.after.get("until", "")),
        n=entry.after.get("n", ""),
        addresses=_addresses(entry),
    )


def _unlocked(entry: Entry, person: str, _kind_name: KindName) -> str:
    return _("{who} unlocked the login of {name}").format(who=entry.who, name=person)


def _flood(entry: Entry, person: str, _kind_name: KindName) -> str:
    text = _("{name} reported so much ({kind}) that what followed for up to an hour is not told")
    return text.format(name=person, kind=entry.after.get("kind", ""))


def _told(entry: Entry, person: str, _kind_name: KindName) -> str:
    return plural(
        entry.after.get("n", 0),
        N_("Imports of {name} were told on {day} of {n} record that is not theirs to see"),
        N_("Imports of {name} were told on {day} of {n} records that are not theirs to see"),
        name=person,
        day=entry.after.get("day", ""),
    )


def _addresses(entry: Entry) -> str:
    found = entry.after.get("addresses")
    return joined(found) if isinstance(found, list) else "–"


def _moment(text: str) -> str:
    try:
        return formats.datetime_text(datetime.fromisoformat(text))
    except ValueError:
        return str(text)


_SAID = {
    "export": _exported,
    "refused": _refused,
    "wrong": _wrong,
    "locked": _locked,
    "unlocked": _unlocked,
    "flood": _flood,
    "told": _told,
}
