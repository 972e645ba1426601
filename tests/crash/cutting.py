"""A network that breaks: a proxy that loses one message and both connections with it."""

import socket
import struct
from contextlib import suppress

from tests.proxy import Proxy


class CuttingProxy(Proxy):
    """Passes everything on until it is armed; then message `number` or its answer is lost.

    Messages are counted from 0 by the client's turns: what it says until the server answers.
    """

    def __init__(self, host: str, port: int) -> None:
        self._count = 0
        self._number: int | None = None
        self._answer = False
        self.cut = False
        super().__init__(host, port)

    def arm(self, number: int, answer: bool) -> None:
        """Lose message `number` from now on, or with `answer` what the server says to it."""
        with self._lock:
            self._count, self._number, self._answer, self.cut = -1, number, answer, False

    def disarm(self) -> None:
        """Pass everything on again."""
        with self._lock:
            self._number = None

    def _passes(self, asks: bool, begins: bool) -> bool:
        self._count += begins
        if self._number is None or self._count != self._number or asks == self._answer:
            return True
        self.cut, self._number = True, None
        return False

    def _end(self, side: socket.socket) -> None:
        # Reset, as a cable pulled out would look to both.
        with suppress(OSError):
            side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            side.shutdown(socket.SHUT_RDWR)
        side.close()
