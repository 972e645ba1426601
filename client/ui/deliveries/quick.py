"""A few buttons of which one is on: the quick choices above a list."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from client.ui.kit import Button


class QuickChoice(QWidget):
    """`chosen` tells the key; with the keys ←/→ one goes from one to the next."""

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str]], name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._keys = [key for key, _text in choices]
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 0, 0)
        row.setSpacing(2)
        for place, (_key, text) in enumerate(choices):
            button = Button(text, kind="flat")
            button.setCheckable(True)
            self._group.addButton(button, place)
            row.addWidget(button)
        self._group.idClicked.connect(self._clicked)

    def choose(self, key: str) -> None:
        """Show a choice; tells nobody."""
        self._group.button(self._keys.index(key)).setChecked(True)

    def current(self) -> str:
        return self._keys[max(self._group.checkedId(), 0)]

    def _clicked(self, place: int) -> None:
        self.chosen.emit(self._keys[place])
