"""Counts wrong passwords typed into Kehu's windows on this computer, to slow down and lock.

This holds for Kehu only: a full PostgreSQL counts no failures, so other programs can go on trying.
"""

import time
from collections.abc import Callable
from typing import Any, Protocol

from client.i18n import N_, plural

FREE, LOCKS_AT = 3, 10  # attempts without a pause, and those after which the login is locked
LOCKED_SECONDS, SLOWEST_SECONDS = 15 * 60, 60
KEY = "tries"


def waiting_text(seconds: int) -> str:
    """The sentence that asks to wait for so many seconds."""
    one = N_("Too many tries. Try again in {n} second.")
    return plural(seconds, one, N_("Too many tries. Try again in {n} seconds."))


class Storage(Protocol):
    """What keeps the counts after the program has ended, like `Settings`."""

    def get(self, key: str, default: Any = None) -> Any: ...

    def set(self, key: str, value: Any) -> None: ...


class LoginAttempts:
    """The wrong passwords by server and login; `place` is a profile, or its values as a dict."""

    def __init__(self, storage: Storage, clock: Callable[[], float] = time.time) -> None:
        self._storage, self._clock = storage, clock

    def seconds_to_wait(self, place: Any, login: str) -> int:
        """How long until the next attempt is allowed; 0 if it is allowed now."""
        count, last = self._entry(place, login)
        if count < FREE:
            return 0
        pause = min(2 ** (count - FREE + 1), SLOWEST_SECONDS)
        pause = LOCKED_SECONDS if count >= LOCKS_AT else pause
        passed = self._clock() - last
        # If the clock was set back, the whole pause begins anew, but never more than that.
        return max(0, round(pause - passed)) if passed >= 0 else pause

    def failed(self, place: Any, login: str) -> None:
        """Count a wrong password."""
        count, _last = self._entry(place, login)
        self._put(place, login, [count + 1, self._clock()])

    def passed(self, place: Any, login: str) -> int:
        """Forget the wrong passwords after a right one; returns how many there were."""
        count, _last = self._entry(place, login)
        if count:
            self._put(place, login, None)
        return count

    def _entry(self, place: Any, login: str) -> tuple[int, float]:
        found = self._storage.get(KEY, {}).get(_name(place, login))
        if isinstance(found, list) and len(found) == 2:
            return int(found[0]), float(found[1])
        return 0, 0.0

    def _put(self, place: Any, login: str, entry: list[float] | None) -> None:
        entries = {k: v for k, v in self._storage.get(KEY, {}).items() if k != _name(place, login)}
        if entry is not None:
            entries[_name(place, login)] = entry
        self._storage.set(KEY, entries)


def _name(place: Any, login: str) -> str:
    """The key that a login at a server is counted under."""
    names = ("host", "port", "database")
    known = place if isinstance(place, dict) else {n: getattr(place, n, None) for n in names}
    server = "{host}:{port}/{database}".format(**known) if known.get("host") else "embedded"
    return f"{login.strip().casefold()}@{server}"
