"""A network that breaks: a proxy that loses one message and both connections with it."""

import socket
import struct
import threading
from types import TracebackType


class CuttingProxy:
    """Passes everything on until it is armed; then message `number` or its answer is lost.

    Messages are counted from 0 by the client's turns: what it says until the server answers.
    """

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._count = 0
        self._number: int | None = None
        self._answer = False
        self.cut = False
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, number: int, answer: bool) -> None:
        """Lose message `number` from now on, or with `answer` what the server says to it."""
        with self._lock:
            self._count, self._number, self._answer, self.cut = -1, number, answer, False

    def disarm(self) -> None:
        """Pass everything on again."""
        with self._lock:
            self._number = None

    def __enter__(self) -> "CuttingProxy":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._target)
            turn = {"client": False}
            for args in ((client, server, True, turn), (server, client, False, turn)):
                threading.Thread(target=self._pass, args=args, daemon=True).start()

    def _pass(
        self, source: socket.socket, target: socket.socket, asks: bool, turn: dict[str, bool]
    ) -> None:
        try:
            while data := source.recv(1 << 16):
                if self._lost(asks, turn):
                    break
                target.sendall(data)
        except OSError:
            pass
        for side in (source, target):
            # Reset, as a cable pulled out would look to both.
            try:
                side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                side.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            side.close()

    def _lost(self, asks: bool, turn: dict[str, bool]) -> bool:
        with self._lock:
            if asks and not turn["client"]:
                self._count += 1
            turn["client"] = asks
            if self._number is None or self._count != self._number or asks == self._answer:
                return False
            self.cut, self._number = True, None
            return True
