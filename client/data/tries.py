"""Slows down and locks who types wrong passwords into Kehu's windows on this computer.

PostgreSQL itself counts no failures, so another program can go on trying: the manual says so.
"""

import time
from collections.abc import Callable
from typing import Any, Protocol

from client.i18n import N_, plural

FREE, LOCKS_AT = 3, 10  # tries that cost nothing, and the one after which the login is locked
LOCKED_SECONDS, SLOWEST_SECONDS = 15 * 60, 60
KEY = "tries"


def waiting_text(seconds: int) -> str:
    """Why a try is not taken yet."""
    one = N_("Too many tries. Try again in {n} second.")
    return plural(seconds, one, N_("Too many tries. Try again in {n} seconds."))


class Kept(Protocol):
    """Where counts survive the end of the program."""

    def get(self, key: str, default: Any = None) -> Any: ...

    def set(self, key: str, value: Any) -> None: ...


class Tries:
    """Counts wrong passwords by server and login."""

    def __init__(self, kept: Kept, clock: Callable[[], float] = time.time) -> None:
        self._kept, self._clock = kept, clock

    def wait(self, place: Any, login: str) -> int:
        """Seconds until the next try is taken; 0 where one may try now."""
        count, last = self._entry(place, login)
        if count < FREE:
            return 0
        pause = min(2 ** (count - FREE + 1), SLOWEST_SECONDS)
        pause = LOCKED_SECONDS if count >= LOCKS_AT else pause
        passed = self._clock() - last
        # A clock that was set back must not lock anybody for longer than that.
        return max(0, round(pause - passed)) if passed >= 0 else pause

    def failed(self, place: Any, login: str) -> None:
        """A password was wrong."""
        count, _last = self._entry(place, login)
        self._put(place, login, [count + 1, self._clock()])

    def passed(self, place: Any, login: str) -> int:
        """A password was right; answers with how many were wrong before it."""
        count, _last = self._entry(place, login)
        if count:
            self._put(place, login, None)
        return count

    def _entry(self, place: Any, login: str) -> tuple[int, float]:
        found = self._kept.get(KEY, {}).get(_name(place, login))
        if isinstance(found, list) and len(found) == 2:
            return int(found[0]), float(found[1])
        return 0, 0.0

    def _put(self, place: Any, login: str, entry: list[float] | None) -> None:
        entries = {k: v for k, v in self._kept.get(KEY, {}).items() if k != _name(place, login)}
        if entry is not None:
            entries[_name(place, login)] = entry
        self._kept.set(KEY, entries)


def _name(place: Any, login: str) -> str:
    """One name for a login at a server, given as the settings or a profile have it."""
    names = ("host", "port", "database")
    known = place if isinstance(place, dict) else {n: getattr(place, n, None) for n in names}
    server = "{host}:{port}/{database}".format(**known) if known.get("host") else "embedded"
    return f"{login.strip().casefold()}@{server}"
