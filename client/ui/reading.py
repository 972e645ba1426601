"""What screens of figures have in common: read in a job that can be cancelled, and read again when
others save.
"""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from client.context import Context
from client.data import errors
from client.i18n import _
from client.ui.following import AsOf, Following, is_of_reach
from client.ui.jobs import Token
from client.ui.kit import BusyBar, EmptyState
from client.ui.screen import Navigator


class ReadingPage(QWidget):
    """A subclass builds its parts, says what to read (`work`) and shows it (`show_result`).

    `tables` are those whose changes make the figures old.
    """

    status_changed = Signal(str)
    tables: Sequence[str] = ()
    busy_text = ""

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__()
        self.context, self.navigator = context, navigator
        self._token: Token | None = None
        self._told = ""
        self.following = Following(context, self, self._is_about, self.refresh)
        self.following.ask()
        self.as_of = AsOf(self.following)  # stands in the head
        self.setProperty("kind", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.busy = BusyBar(self)
        self.busy.cancelled.connect(self._cancel)
        self.stack = QStackedWidget()

    def arrange(self, above: Sequence[QWidget], body: QWidget, empty: EmptyState) -> None:
        """Put `above` over the body, which gives way to `empty` where there is nothing."""
        self.body, self.empty = body, empty
        for widget in (body, empty):
            self.stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in above:
            column.addWidget(widget)
        column.addWidget(self.stack, 1)

    def sizeHint(self) -> QSize:
        return QSize(1100, 700)

    # For subclasses

    def work(self) -> Callable[[Any], Any] | None:
        """What a job does with a session; None while nothing is asked for."""
        return None

    def show_result(self, result: Any) -> None:
        """Show what the work answered with."""

    def tell(self, text: str) -> None:
        """Say something about what is shown, once: read again it takes no other sentence away."""
        if text != self._told:
            self.status_changed.emit(text)
        self._told = text

    def show_failure(self, text: str) -> None:
        """Say why nothing could be read, in the place of what was shown."""
        self.empty.set_text(text)
        self.empty.set_actions([(_("Try again"), self.refresh)])
        self.stack.setCurrentWidget(self.empty)

    # Reading

    def refresh(self) -> None:
        """Read again; what is shown stays until the answer is there."""
        self._cancel()
        work = self.work()
        if work is None:
            return
        office, token = self.context.office, Token()

        def read() -> Any:
            with office.session(token) as session:
                return work(session)

        self.busy.start(self.busy_text)
        self._token = token
        self.following.run(read, self._read, self._failed, token)

    def _read(self, result: Any) -> None:
        self._token = None
        self.busy.stop()
        self.show_result(result)

    def _failed(self, error: Exception) -> None:
        self._token = None
        self.busy.stop()
        self.context.jobs.problem.emit(error)
        self.show_failure(errors.sentence(error))

    def _cancel(self) -> None:
        if self._token is not None:
            self._token.cancel()
        self._token = None
        self.busy.stop()

    def _is_about(self, table: str, ids: list[int]) -> bool:
        return table in self.tables or is_of_reach(self.context, table, ids)
