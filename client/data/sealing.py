"""Has the database seal its history, and keeps the chain's head on this computer.

Any operator may ask for it and it is cheap, so everybody who works keeps the history provable. At
the same moments, search keys are made for customers that came in by plain SQL.
"""

import logging
import threading

import psycopg2
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from client.data import search_keys
from client.data.connection import Office
from client.data.errors import KnownError
from server_schema import anchors
from server_schema.home import home

MOST = 20_000  # changes at once; what is left is for the next time
EVERY_SECONDS = 60.0
LAST_SECONDS = 2.0  # a dead line must not hold up who leaves


class Sealer(threading.Thread):
    """Seals at the login, once a minute while there is work, and at the logout."""

    def __init__(self, office: Office) -> None:
        super().__init__(name="kehu-sealer", daemon=True)
        self._office = office
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Seal once more; returns when that is done, or would take too long."""
        self._stopping.set()
        self.join(LAST_SECONDS)

    def run(self) -> None:
        reached = self._seal(at_once=True)
        used = self._office.last_used
        while not self._stopping.wait(EVERY_SECONDS):
            if self._office.last_used != used:
                reached = self._seal()
                used = self._office.last_used
        if reached:
            self._seal()

    def _seal(self, at_once: bool = False) -> bool:
        """Whether the server was reached. Nobody asked for it, so nobody is told of a failure."""
        try:
            seal(self._office, at_once)
            search_keys.complete_all(self._office)
        except (psycopg2.Error, DBAPIError, KnownError, OSError, ValueError) as error:
            logging.info("history not sealed or keys not made: %s", type(error).__name__)
            return False
        return True


def seal(office: Office, at_once: bool = False) -> None:
    """Seal what is committed; the head is kept here once an hour, or `at_once`."""
    with office.session() as session:
        head = session.scalar(select(func.seal_history(MOST)))
    if head:
        anchors.keep(home(), anchors.Anchor.of(head), at_once)
