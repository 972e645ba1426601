"""A page of the settings that is one form: what several rows keep, shown as one record."""

from PySide6.QtGui import QResizeEvent

from client.context import Context
from client.data.forms import FormData
from client.model import Entity
from client.ui.forms.form import RecordForm
from client.ui.screen import Navigator

WIDEST = 920
EDGE = 12


class CardForm(RecordForm):
    """The form of a card, of which there is exactly one: it cannot be new, deleted or closed."""

    help_topic = "settings"
    ROW = 1

    def __init__(self, context: Context, entity: type[Entity], navigator: Navigator) -> None:
        super().__init__(context, entity, self.ROW)
        self.tools.navigator = navigator

    def save_and_new(self) -> None:
        """There is no other one to begin."""
        self.save()

    def show_record(self, data: FormData) -> None:
        super().show_record(data)
        if not self.may_save():
            self.undo_button.hide()

    def _is_about(self, table: str, ids: list[int]) -> bool:
        """Whichever of its rows somebody saved."""
        return table == self.table

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a wide window the fields keep a width at which a line can be read."""
        super().resizeEvent(event)
        inner = self.fields.layout()
        if inner is not None:
            edges = inner.contentsMargins()
            edges.setRight(max(EDGE, self.width() - WIDEST))
            inner.setContentsMargins(edges)
