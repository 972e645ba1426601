"""Names of database roles. They belong to a whole cluster, so all carry the office's prefix."""

import re
import unicodedata

from server_schema.messages import N_
from server_schema.tables import POLICY_RIGHTS

# The group of whoever has a right, as (module, action), where policies or grants hang on it.
GROUP_OF_RIGHT = {right: "_".join(right) for right in POLICY_RIGHTS} | {
    ("customer", "whole"): "whole"
}
GROUPS = (
    "owner",
    "roles",
    "all",
    "wide",
    "scoped",
    "shared",
    "newcomer",
    *GROUP_OF_RIGHT.values(),
)
READERS = ("all", "wide", "scoped")  # each operator reads by the policies of one of them
# Of one operator at once: a window takes four at most, and so does each command at a prompt.
CONNECTIONS = 20
MAX_BYTES = 63  # PostgreSQL cuts longer names silently: somebody else's login would be met


MAX_LIKELY = 20


class BadName(ValueError):
    """A login or a prefix that cannot become a role's name; the text says why, in English."""


def normal_login(text: str) -> str:
    """The one spelling of a login: NFKC, trimmed, lower case. Raises BadName."""
    login = unicodedata.normalize("NFKC", text).strip().lower()
    if not login or not re.fullmatch(r"[a-z0-9._\-\u3400-\u4dbf\u4e00-\u9fff]+", login):
        raise BadName(
            N_("A login consists of letters, digits, dots, hyphens or Chinese characters.")
        )
    return login


def likely_login(name: str) -> str:
    """A login for somebody of this name that any keyboard can type: what a Latin name begins with,
    the pinyin of a Chinese one. Empty where nothing comes of it."""
    from pypinyin import lazy_pinyin

    letters = unicodedata.normalize("NFKD", "".join(lazy_pinyin(name))).lower()
    found = re.search(r"[a-z0-9]+", "".join(c for c in letters if not unicodedata.combining(c)))
    return found[0][:MAX_LIKELY] if found else ""


def normal_prefix(text: str) -> str:
    """The prefix of one office's roles. Raises BadName."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,20}", text):
        raise BadName(N_("A prefix starts with a small letter, followed by letters, digits or _."))
    return text


def group_role(prefix: str, group: str) -> str:
    """Name of one of the office's own roles, such as `kehu_owner`."""
    return f"{prefix}_{group}"


def operator_role(prefix: str, login: str) -> str:
    """Name of the role an operator logs in as. Raises BadName when it is too long to be unique."""
    name = f"{prefix}.{normal_login(login)}"
    if len(name.encode()) > MAX_BYTES:
        raise BadName(N_("The login is too long."))
    return name
