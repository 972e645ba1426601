"""Counts the requests that wait for this operator, beside the navigation's entry."""

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from client.context import Context
from client.data import requests
from client.ui.following import Following
from client.ui.requests import work
from client.ui.screen import Navigator

KEY = "requests"


class RequestCount(QObject):
    """Counts after login and whenever a request changed, for those who may approve."""

    def __init__(self, context: Context, navigator: Navigator, owner: QWidget) -> None:
        super().__init__(owner)
        self._context, self._navigator = context, navigator
        if context.office.rights.may("customer", "approve"):
            self._following = Following(context, owner, _is_request, self.count)
            self.count()

    def count(self) -> None:
        work_ = partial(work.count, self._context.office)
        self._following.run(work_, self._counted, self._failed)

    def _counted(self, number: int) -> None:
        self._navigator.set_count(KEY, f"{number:,}" if number else "", alert=True)

    def _failed(self, _error: Exception) -> None:
        """It is counted again when the server is back."""


def _is_request(table: str, _ids: list[int]) -> bool:
    return table == requests.TABLE
