"""A TCP proxy that counts how often a client speaks to the server: its round trips."""

from tests.proxy import Proxy


class CountingProxy(Proxy):
    """`trips` counts how often the client spoke after the server had."""

    def __init__(self, host: str, port: int) -> None:
        self.trips = 0
        super().__init__(host, port)

    def _passes(self, asks: bool, begins: bool) -> bool:
        self.trips += begins
        return True
