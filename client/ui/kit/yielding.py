"""A toolbar that gives way where its panel is narrow, so that no button is ever cut off."""

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QAbstractButton, QComboBox, QMenu, QWidget

from client.i18n import _
from client.ui.kit.buttons import Brief, Button, IconButton

Step = tuple[QWidget, Brief | None]  # None: not in the toolbar at all, but in its menu


class Yielding(QObject):
    """Makes a toolbar fit: first the `spare` button goes, then key hints, then words, from the
    right, then whole buttons, into the menu of `more`.

    `buttons` are those that may go, in their order. While `elsewhere` says that the toolbar stands
    for something else, who made it so shows and hides them.
    """

    def __init__(
        self, buttons: Sequence[QWidget], spare: QWidget, elsewhere: Callable[[], bool]
    ) -> None:
        super().__init__(spare)
        self._buttons, self._spare, self._elsewhere = list(buttons), spare, elsewhere
        self._gone: set[QWidget] = set()
        self.more = IconButton("dots-three", _("More"))
        self.more.hide()
        self.more.clicked.connect(self._open)
        self._menu = QMenu(self.more)

    def watch(self, toolbar: QWidget) -> QWidget:
        """Make everything fit into this toolbar, from now on; answers with it."""
        self._toolbar = toolbar
        toolbar.installEventFilter(self)
        return toolbar

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        layout = self._toolbar.layout()
        if layout is None or self._elsewhere():
            return
        edges, gap = layout.contentsMargins(), layout.spacing()
        room = self._toolbar.width() - edges.left() - edges.right() + gap
        offered = [part for part in self._buttons if not part.isHidden() or part in self._gone]
        places = [layout.itemAt(at) for at in range(layout.count())]
        parts = [place.widget() for place in places if place is not None]
        fixed = [part for part in parts if part and part not in (*self._buttons, self.more)]
        taken = sum(_width(part, Brief.NO) + gap for part in fixed if not part.isHidden())
        looks: dict[QWidget, Brief | None] = dict.fromkeys(offered, Brief.NO)
        for part, look in self._steps(offered):
            gone = [one for one in offered if looks[one] is None and one is not self._spare]
            menu = self.more.width() + gap if gone else 0
            shown = (_width(one, brief) + gap for one, brief in looks.items() if brief is not None)
            if taken + menu + sum(shown) <= room:
                break
            looks[part] = look
        self._show(looks)

    def _steps(self, offered: Sequence[QWidget]) -> Iterator[Step]:
        """What gives way, one after the other."""
        words = [part for part in offered if isinstance(part, Button)]
        yield from ((part, None) for part in offered if part is self._spare)
        yield from ((part, Brief.NO_HINT) for part in words if part is not self._spare)
        yield from ((part, Brief.ICON) for part in reversed(words) if part is not self._spare)
        able = [part for part in offered[1:] if isinstance(part, QAbstractButton)]
        yield from ((part, None) for part in reversed(able))

    def _show(self, looks: dict[QWidget, Brief | None]) -> None:
        self._gone = {part for part, look in looks.items() if look is None}
        for part, look in looks.items():
            part.setVisible(look is not None)
            if isinstance(part, Button) and look is not None:
                part.set_brief(look)
        self.more.setVisible(bool(self._gone - {self._spare}))

    def _open(self) -> None:
        """Offer what is not in the toolbar."""
        self._menu.clear()
        for part in self._buttons:
            if part in self._gone and isinstance(part, QAbstractButton):
                action = self._menu.addAction(part.text() or part.toolTip(), part.click)
                action.setEnabled(part.isEnabled())
        self._menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))


def _width(part: QWidget, brief: Brief) -> int:
    """The width of a part, of a choice as narrow as it may be."""
    if isinstance(part, Button):
        return part.width_as(brief)
    if isinstance(part, QComboBox):
        return max(part.minimumSizeHint().width(), part.minimumWidth())
    return part.sizeHint().width()
