"""A TCP proxy that counts how often a client speaks to the server: its round trips."""

import socket
import threading
from types import TracebackType


class CountingProxy:
    """Passes everything on; `trips` counts how often the client spoke after the server had."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.trips = 0
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "CountingProxy":
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
                if asks and not turn["client"]:
                    with self._lock:
                        self.trips += 1
                turn["client"] = asks
                target.sendall(data)
        except OSError:
            pass
        finally:
            for side in (source, target):
                try:
                    side.shutdown(socket.SHUT_RDWR)
                except OSError:
                    side.close()
