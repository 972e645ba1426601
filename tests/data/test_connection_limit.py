"""One operator does not take all of the server's connections."""

from contextlib import ExitStack, closing

import pytest

from client.data.connection import Office
from client.data.errors import server_gone
from client.data.login import LoginRefused
from server_schema.names import CONNECTIONS


def test_the_window_too_many_is_told_so_and_others_enter(shared_office):
    """What is open goes on as with a server that is away, since one may be left in a moment."""
    with ExitStack() as stack:
        for _ in range(CONNECTIONS):
            stack.enter_context(closing(shared_office.psql("eve")))
        with pytest.raises(LoginRefused, match="as many connections as one may have") as caught:
            shared_office.login("eve")
        assert server_gone(caught.value)
        with pytest.raises(LoginRefused, match="password is wrong"):
            Office.open(shared_office.profile, "eve", "wrong")
        shared_office.login("ann").close()
