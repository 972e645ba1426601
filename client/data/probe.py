"""Looks at a server before anybody logs in: whether it answers, how fast, and if it encrypts."""

import socket
import time
from typing import Any

from client.data.server_status import ServerStatus
from client.i18n import _, current
from server_schema import keeper
from server_schema.embedded import Embedded
from server_schema.home import home
from server_schema.messages import Refused

PATIENCE_SECONDS = 3.0
# PostgreSQL's SSLRequest: eight bytes long, code 80877103; the answer is one letter.
SSL_REQUEST = bytes((0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F))


def probe(profile: dict[str, Any]) -> ServerStatus:
    """The status of a profile's server, for a worker thread.

    The embedded server is started where it does not run, which takes some seconds.
    """
    return _remote(profile) if profile.get("host") else _embedded()


def _embedded() -> ServerStatus:
    server = Embedded(home())
    if not server.initialised:
        return ServerStatus(
            False, _("This computer"), _("There is no office on this computer yet.")
        )
    try:
        keeper.start(server)
    except Refused as refused:
        return ServerStatus(False, _("This computer"), refused.sentence(current()))
    return ServerStatus(True, _("This computer · ready"))


def _remote(profile: dict[str, Any]) -> ServerStatus:
    host, port = str(profile["host"]), int(profile.get("port") or 5432)
    begun = time.perf_counter()
    try:
        with socket.create_connection((host, port), PATIENCE_SECONDS) as connection:
            connection.settimeout(PATIENCE_SECONDS)
            connection.sendall(SSL_REQUEST)
            answer = connection.recv(1)
    except (OSError, UnicodeError):
        silent = _("{host} does not answer").format(host=host)
        return ServerStatus(False, silent, _("Check the network cable, or choose another server."))
    took = max(round((time.perf_counter() - begun) * 1000), 1)
    kind = {b"S": _("encrypted"), b"N": _("not encrypted")}.get(answer)
    if kind is None:
        other = _("{host}: this is no PostgreSQL server").format(host=host)
        return ServerStatus(False, other, _("Check the port in the server settings."))
    return ServerStatus(True, f"{host} · {kind} · {took} ms")
