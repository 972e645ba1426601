"""A TCP proxy between a program and its server, for tests that count or break what is said."""

import socket
import threading
from types import TracebackType
from typing import Self


class Proxy:
    """Passes everything on. A subclass is told of each piece in `_passes` and may lose it."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
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
            for side in (client, server):
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            turn = {"client": False}
            for args in ((client, server, True, turn), (server, client, False, turn)):
                threading.Thread(target=self._pass, args=args, daemon=True).start()

    def _pass(
        self, source: socket.socket, target: socket.socket, asks: bool, turn: dict[str, bool]
    ) -> None:
        try:
            while data := source.recv(1 << 16):
                with self._lock:
                    begins = asks and not turn["client"]
                    turn["client"] = asks
                    if not self._passes(asks, begins):
                        break
                target.sendall(data)
        except OSError:
            pass
        for side in (source, target):
            self._end(side)

    def _passes(self, asks: bool, begins: bool) -> bool:
        """Whether a piece gets through: of the client where it `asks`, whose turn it `begins`."""
        raise AssertionError("each kind counts or loses")

    def _end(self, side: socket.socket) -> None:
        try:
            side.shutdown(socket.SHUT_RDWR)
        except OSError:
            side.close()
