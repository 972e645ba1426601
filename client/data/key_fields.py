"""Key fields of customers: the fields that change only with a reason. The office chooses them."""

from collections.abc import Iterable, Mapping
from typing import Any

from client.i18n import _
from client.model import Customer, fields

SETTING = "key_fields"
DEFAULT = tuple(name for name, field in fields(Customer).items() if field.key_field)
OFFERED = tuple(name for name, field in fields(Customer).items() if not field.readonly)


def chosen(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the key fields in an office with these settings."""
    found = settings.get(SETTING)
    return tuple(found) if isinstance(found, list) else DEFAULT


def to_approve(office: Any, names: Iterable[str]) -> set[str]:
    """Those of the key fields `names` that this operator changes only after somebody else has
    approved.

    The owner is a special case, with a setting of its own: whoever may approve needs no approval
    for it.
    """
    settings = office.settings
    approves = office.rights.may("customer", "approve")
    wanted = settings.get("key_fields_need_approval") is True
    if not wanted or (approves and office.approves_alone):
        return set()
    free = set() if settings.get("owner_needs_approval") is True and not approves else {"owner_id"}
    return set(names) & set(chosen(settings)) - free


def changed(
    settings: Mapping[str, Any], values: Mapping[str, Any], base: Mapping[str, Any]
) -> set[str]:
    """The key fields in which `values` differ from `base`."""
    return {n for n in chosen(settings) if n in values and values[n] != base.get(n)}


def labels(names: Iterable[str]) -> list[str]:
    """The names that the office page shows; a column that nobody knows stays as it is."""
    known = fields(Customer)
    return [_(known[name].label) if name in known else str(name) for name in names]


def names_of(shown: Iterable[str]) -> list[str]:
    """The field names for labels or field names, as the office page shows them. Raises KeyError
    for others.
    """
    known = fields(Customer)
    by_label = {_(known[name].label): name for name in OFFERED} | {n: n for n in OFFERED}
    return list(dict.fromkeys(by_label[text] for text in shown))
