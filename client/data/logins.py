"""Says in words when somebody logged in, as Kehu's windows reported it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from client.data import formats
from client.i18n import N_, _, plural


def last_login(told: Mapping[str, Any]) -> str:
    """When and where an operator logged in last, and how many attempts were refused."""
    last = told["last_login"]
    if not last:
        return _("never")
    text = formats.datetime_text(datetime.fromisoformat(last["at"]))
    if last["computer"]:
        text = _("{time} on {computer}").format(time=text, computer=last["computer"])
    if told["refused"]:
        one, many = N_("{n} refused try in 30 days"), N_("{n} refused tries in 30 days")
        text = f"{text} · {plural(told['refused'], one, many)}"
    return text


def previous_login(before: Mapping[str, Any], refused: int) -> str:
    """What the window says after a login: when the login before it was.

    `refused` counts the wrong passwords typed on this computer since then.
    """
    if not before:
        return ""
    at = formats.datetime_text(datetime.fromisoformat(before["at"]))
    text = _("Your last login: {time} on {computer}").format(
        time=at, computer=before["computer"] or "–"
    )
    if refused:
        one = N_("{n} try with a wrong password since")
        many = N_("{n} tries with a wrong password since")
        text = f"{text} · {plural(refused, one, many)}"
    return text
