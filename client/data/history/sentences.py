"""Entries of the history as sentences: who changed which field from what to what."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from client.data import formats, key_fields
from client.data.history import accesses
from client.data.history.entries import ACCESS, Entry
from client.data.history.names import Names, own_name, target_of
from client.i18n import N_, _, joined, within
from client.model import CARDS, ENTITIES, Field, fields
from client.model.office import NUMBERED, rule_field
from client.model.operator import right_text

NUMBERS = ("money", "price", "quantity", "percent", "integer")
LINES = ("order_line", "quote_line", "delivery_line", "receipt_allocation")
LONGEST = 10_000  # characters told of one value: to lay out millions takes a window seconds
PUT_BACK = "put back"  # the way of what is put back; once it was its reason
_DONE = {
    "insert": N_("{who} entered {what}"),
    "delete": N_("{who} deleted {what}"),
    "restore": N_("{who} restored {what}"),
    "erase": N_("{who} erased {what} for good"),
    "reveal": N_("{who} looked at a masked number of {what}"),
    "password": N_("{who} set the password of {what}"),
}
_LINE_DONE = {
    "insert": N_("{who} added {what}"),
    "erase": N_("{who} took {what} out"),
}
_WAYS = {
    "form": N_("by hand"),
    "import": N_("import"),
    "cli": N_("command line"),
    "command": N_("command line"),
    "server": N_("server"),
    "upgrade": N_("upgrade"),
    "hand-over": N_("hand-over"),
    "hand-over undone": N_("hand-over undone"),
    PUT_BACK: N_("put back"),
    "merge": N_("merging"),
    "merge undone": N_("merge undone"),
    "": N_("SQL"),
}
_KINDS = {
    "share": N_("Share"),
    "group_member": N_("Customer group"),
    "rights_role": N_("Role"),
    "permission": N_("Permission of a role"),
    "deputy": N_("Deputy"),
    "operator_permission": N_("Right"),
    "print_log": N_("Print"),
    "quote_revision": N_("Sent quote"),
    "change_request": N_("Change request"),
    ACCESS: N_("Access"),
}


class Line(NamedTuple):
    """One sentence; `field` is the column it tells of, empty where it is about the whole record."""

    entry: Entry
    field: str
    sentence: str


def kind_name(table: str) -> str:
    """What a kind of record is called."""
    if table in CARDS:
        return _(CARDS[table].LABEL)
    return _(ENTITIES[table].LABEL) if table in ENTITIES else _(_KINDS.get(table, table))


def field_of(entry: Entry, name: str) -> Field | None:
    """The field that a column of an entry is shown as; None for what nobody reads."""
    if entry.table == "setting":
        key = str(entry.after.get("key") or entry.before.get("key") or name)
        return fields(CARDS["setting"]).get(key)
    if entry.table == "number_rule":
        return fields(CARDS["number_rule"]).get(rule_field(NUMBERED[0][0], name))
    entity = ENTITIES.get(entry.table)
    return fields(entity).get(name) if entity is not None else None


def value_of(field: Field, value: Any) -> Any:
    """A value as the history keeps it, which is JSON, as a form and a save have it."""
    if value is None:
        return None
    try:
        if field.kind == "integer":
            return int(value)
        if field.kind in NUMBERS:
            return Decimal(str(value))
        if field.kind == "date":
            return date.fromisoformat(value)
        if field.kind == "moment":
            return datetime.fromisoformat(value)
    except (InvalidOperation, ValueError, TypeError):
        return value
    return value


def value_text(table: str, field: Field, value: Any, names: Names) -> str:
    """A kept value as people read it."""
    target = target_of(table, field.name)
    if value is None or value == "":
        return ""
    if target and isinstance(value, list):
        return joined(names.get((target, id_), f"#{id_}") for id_ in value)
    if target:
        return names.get((target, value), f"#{value}")
    return formats.text_of(field, value_of(field, value))


def through(entry: Entry) -> str:
    """By which way and from which computer, as it was reported."""
    way = _WAYS.get(entry.via)
    if entry.table == ACCESS and entry.via == "form":
        way = N_("window")
    return " · ".join(part for part in (_(way) if way else entry.via, entry.computer) if part)


def reason(entry: Entry) -> str:
    return _(PUT_BACK) if entry.reason == PUT_BACK else entry.reason


def _told(table: str, field: Field, value: Any, names: Names) -> str:
    text = value_text(table, field, value, names)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def lines(entry: Entry, names: Names, about: tuple[str, int] | None = None) -> list[Line]:
    """The sentences of one entry; the record `about` is not named again in them."""
    special = _SPECIAL.get(entry.table)
    held = entry.after or entry.before  # nothing where it was taken away
    told = ("insert", "update", "erase") if entry.table == "group_member" else ("insert", "update")
    if special is not None and held and entry.op in told:
        return [Line(entry, "", special(entry, names))]
    if entry.table == ACCESS:
        return [Line(entry, "", accesses.told(entry, names, kind_name))]
    if entry.table == "setting":
        return _of_setting(entry, names)
    own = about == (entry.table, entry.row) or (about is not None and entry.table in CARDS)
    if entry.op == "redact":
        text = _("{who} took away what an entry of {what} held: {reason}")
        what = _part(entry, names)
        said = text.format(who=entry.who, what=what, reason=entry.after.get("reason", ""))
        return [Line(entry, "", said)]
    if entry.op != "update":
        done = _LINE_DONE.get(entry.op, "") if entry.table in LINES else ""
        text = _(done or _DONE.get(entry.op, _DONE["insert"]))
        return [Line(entry, "", text.format(who=entry.who, what=_what(entry, names)))]
    if not held:
        text = _("{who} changed {what}; what it was is erased.")
        return [Line(entry, "", text.format(who=entry.who, what=_what(entry, names)))]
    found = []
    for name in entry.after:
        field = field_of(entry, name)
        if field is not None:
            part = "" if own else _part(entry, names)
            found.append(Line(entry, name, _changed(entry, field, part, names)))
    return found


def _what(entry: Entry, names: Names) -> str:
    """The whole record in a sentence: its kind and its name, of a line what it holds."""
    # What was entered is told by the name it then had.
    entered = own_name(entry) if entry.op == "insert" else ""
    name = entered or names.get((entry.table, entry.row), "")
    values = entry.after or entry.before
    if not values:
        return f"{within(kind_name(entry.table))} {name}".strip()
    if entry.table in ("order_line", "quote_line", "delivery_line"):
        quantity = formats.quantity(Decimal(str(values.get("quantity") or 0)))
        price = values.get("unit_price")
        times = f" × {formats.price(Decimal(str(price)))}" if price is not None else ""
        return f"{name}: {quantity}{times}"
    if entry.table == "receipt_allocation":
        return f"{name}: {formats.money(Decimal(str(values.get('amount') or 0)))}"
    return f"{within(kind_name(entry.table))} {name}".strip()


def _part(entry: Entry, names: Names) -> str:
    if entry.table == "number_rule":
        kind = names.get((entry.table, entry.row), "")
        return _(dict(NUMBERED).get(kind, "Number rules"))
    return names.get((entry.table, entry.row), "") or kind_name(entry.table)


def _changed(entry: Entry, field: Field, part: str, names: Names) -> str:
    before = _told(entry.table, field, entry.before.get(field.name), names)
    after = _told(entry.table, field, entry.after.get(field.name), names)
    if entry.table == "number_rule":
        name = field.name.partition(".")[2]
        before = _told(entry.table, field, entry.before.get(name), names)
        after = _told(entry.table, field, entry.after.get(name), names)
        part = part or _part(entry, names)
    label = _(field.label)
    if part:
        label = _("{field} of {part}").format(field=label, part=part)
    return _worded(entry, field.name, label, before, after)


def _worded(entry: Entry, name: str, label: str, before: str, after: str) -> str:
    if entry.table == "customer" and name == "owner_id":
        text = _("{who} handed the customer over from {before} to {after}")
        return text.format(who=entry.who, before=before, after=after)
    if not before:
        text = _("{who} set {field} to {after}")
    elif not after:
        text = _("{who} emptied {field}, which was {before}")
    else:
        text = _("{who} changed {field} from {before} to {after}")
    return text.format(who=entry.who, field=label, before=before, after=after)


def _of_setting(entry: Entry, names: Names) -> list[Line]:
    key = names.get((entry.table, entry.row), "")
    field = fields(CARDS["setting"]).get(key)
    label = _(field.label) if field is not None else key
    before, after = (
        _setting_text(field, values.get("value")) for values in (entry.before, entry.after)
    )
    return [Line(entry, key, _worded(entry, key, label, before, after))]


def _setting_text(field: Field | None, value: Any) -> str:
    if field is not None and field.kind == "picture":
        return _("a picture") if value else ""
    if field is not None and field.name == key_fields.SETTING and isinstance(value, list):
        return joined(key_fields.labels(value))
    if field is None or value is None:
        return "" if value is None else str(value)
    return formats.text_of(field, value_of(field, value))


# What is told in a sentence of its own


def _shared(entry: Entry, names: Names) -> str:
    values = entry.before | entry.after
    person = names.get(("operator", values.get("operator_id", 0)), "")
    text = _("{who} shared the customer with {name} until {day}")
    return text.format(who=entry.who, name=person or "–", day=values.get("until", ""))


def _grouped(entry: Entry, names: Names) -> str:
    values = entry.before | entry.after
    group = names.get(("customer_group", values.get("group_id", 0)))
    group = group or names.get((entry.table, entry.row)) or "–"
    said = {
        "insert": _("{who} put the customer into the group {name}"),
        "update": _("{who} brought along the group {name} of another customer"),
        "erase": _("{who} took the customer out of the group {name}"),
    }
    return said[entry.op].format(who=entry.who, name=group)


def _deputised(entry: Entry, names: Names) -> str:
    values = entry.before | entry.after
    absent, deputy = (
        names.get(("operator", values.get(key, 0)), "–") for key in ("absent_id", "deputy_id")
    )
    text = _("{who} made {name} the deputy of {other} until {day}")
    return text.format(who=entry.who, name=deputy, other=absent, day=values.get("until", ""))


def _permitted(entry: Entry, names: Names) -> str:
    values = entry.before | entry.after
    person = names.get(("operator", values.get("operator_id", 0)), "–")
    right = right_text(f"{values.get('module', '')}.{values.get('action', '')}")
    allowed = _("{who} gave {name} the right {right}")
    text = allowed if values.get("allowed") else _("{who} took the right {right} from {name}")
    return text.format(who=entry.who, name=person, right=right)


def _printed(entry: Entry, names: Names) -> str:
    kind = str(entry.after.get("kind"))
    table = {"order": "sales_order", "statement": "customer"}.get(kind, kind)
    what = (
        f"{within(kind_name(table))} {names.get((table, entry.after.get('row_id', 0)), '')}".strip()
    )
    return _("{who} printed {what}").format(who=entry.who, what=what)


def _sent(entry: Entry, _names: Names) -> str:
    text = _("{who} sent revision {n} of the quote")
    return text.format(who=entry.who, n=entry.after.get("revision", ""))


def _asked(entry: Entry, _names: Names) -> str:
    """A request about key fields: asked for, or what was said to it."""
    asked = entry.after.get("fields") or {}
    known = fields(ENTITIES["customer"])
    labels = joined(_(field.label) for name, field in known.items() if name in asked)
    said = {
        "open": _("{who} asked for a change of {fields}"),
        "approved": _("{who} approved the change asked for"),
        "refused": _("{who} refused the change asked for"),
        "withdrawn": _("{who} withdrew the change asked for"),
        "overtaken": _("{who} changed what was asked about, which closed the request"),
    }
    return said[str(entry.after.get("state"))].format(who=entry.who, fields=labels)


_SPECIAL = {
    "share": _shared,
    "group_member": _grouped,
    "deputy": _deputised,
    "operator_permission": _permitted,
    "print_log": _printed,
    "quote_revision": _sent,
    "change_request": _asked,
}
