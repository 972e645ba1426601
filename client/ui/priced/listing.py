"""What the lists of orders and of quotes have in common."""

from collections.abc import Iterable

from client.i18n import _
from client.ui.kit import Button
from client.ui.kit.combo import Combo
from client.ui.list_screen import PaperListScreen


class PricedListScreen(PaperListScreen):
    """A list of priced documents, narrowed by choices, from which one can take a copy."""

    def _duplicating(self, may_create: bool) -> Button:
        button = Button(_("Duplicate"), "Ctrl+D", "copy")
        button.setVisible(may_create)
        button.clicked.connect(self.duplicate)
        return button

    def _choice(self, name: str, every: str, values: Iterable[tuple[str, str]]) -> Combo:
        box = Combo()
        box.setAccessibleName(name)
        box.addItem(every, "")
        for value, label in values:
            box.addItem(_(label), value)
        box.setFixedWidth(132)
        box.currentIndexChanged.connect(self._narrow)
        return box

    def duplicate(self) -> None:
        """A new document with the goods of the current one."""
        number = self.grid.current_id()
        if number is not None:
            self._navigator.open_record(self.kind, None, copy_of=number)

    def _narrow(self) -> None:
        """Show what the choices leave."""
        raise AssertionError("each kind has its own choices")
