"""How a clash of two changes of a receipt is worded."""

from typing import Any

from client.data import formats
from client.data.money.allocation import Clash, Merged, orders_of
from client.i18n import _
from client.model import Receipt, fields
from client.ui.forms import conflict


def worded(merged: Merged, names: dict[str, dict[int, str]]) -> list[conflict.Clash]:
    """The clashes as the choosing panel shows them; `names` tells titles of ids by field."""
    numbers = {o.id: o.number for doc in (merged.theirs, merged.doc) for o in orders_of(doc)}
    return [
        conflict.Clash(
            str(at),
            _label(clash, numbers),
            *(_text(clash, value, names) for value in (clash.base, clash.theirs, clash.mine)),
        )
        for at, clash in enumerate(merged.clashes)
    ]


def _label(clash: Clash, numbers: dict[int, str]) -> str:
    if clash.order is None:
        return _(fields(Receipt)[clash.field].label)
    return _("For {number}").format(number=numbers.get(clash.order, "–"))


def _text(clash: Clash, value: Any, names: dict[str, dict[int, str]]) -> str:
    if clash.order is not None:
        return formats.money(value)
    if clash.field in names and value is not None:
        return names[clash.field].get(value, str(value))
    return formats.text_of(fields(Receipt)[clash.field], value)
