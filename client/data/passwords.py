"""Passwords in the system's keyring, for those who wish it. A computer may have no keyring.

Nothing here is imported before it is asked for: looking for a keyring takes a while.
"""

import importlib
import logging
from typing import Any

SERVICE = "kehu"


def _keyring() -> Any:
    return importlib.import_module("keyring")


def _account(profile: dict[str, Any], login: str) -> str:
    host = profile.get("host") or "embedded"
    return f"{login}@{host}:{profile.get('port') or 0}/{profile.get('database') or ''}"


def find(profile: dict[str, Any], login: str) -> str:
    """The password kept for this login at this server, empty where there is none."""
    try:
        return _keyring().get_password(SERVICE, _account(profile, login)) or ""
    except Exception as error:
        # Keyrings fail in as many ways as there are systems; none may stop a login.
        logging.info("no password from the keyring: %s", error)
        return ""


def keep(profile: dict[str, Any], login: str, password: str) -> bool:
    """Whether the password could be kept."""
    try:
        _keyring().set_password(SERVICE, _account(profile, login), password)
    except Exception as error:
        logging.info("the keyring keeps no password: %s", error)
        return False
    return True


def forget(profile: dict[str, Any], login: str) -> None:
    """Take a kept password away; nothing kept is no error."""
    try:
        _keyring().delete_password(SERVICE, _account(profile, login))
    except Exception as error:
        logging.info("the keyring has no password to forget: %s", error)
