"""Bars, foldable sections and empty states: what stands around grids and forms."""

from collections.abc import Callable

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from client.ui.icons import paint_icon
from client.ui.kit import paint as kit_paint
from client.ui.kit.buttons import Button
from client.ui.kit.labels import Label
from client.ui.kit.part import ByEnter
from client.ui.theme import TOKENS, font, size, theme

_HEIGHTS = {"bar": 36, "footbar": 40, "status": 26, "list_foot": 28, "topbar": 36}
Item = QWidget | int | None


def bar(*items: Item, kind: str = "bar", gap: int = 4) -> QWidget:
    """A row of widgets: a number is a distance, None pushes the rest to the right.

    `kind` is bar (36 px, under a head), footbar (40), list_foot (28), head or panel.
    """
    row = QWidget()
    row.setProperty("kind", "footbar" if kind == "list_foot" else kind)
    row.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    layout = QHBoxLayout(row)
    layout.setContentsMargins(12, 0, 8 if kind == "bar" else 12, 0)
    layout.setSpacing(gap if kind not in ("footbar", "list_foot") else 8)
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(item)
        else:
            layout.addWidget(item)
    if kind in _HEIGHTS:
        row.setFixedHeight(_HEIGHTS[kind])
    return row


def headline(title: str | QWidget, note: str | QWidget, *more: Item) -> QWidget:
    """The head of a screen: what it is, a note beside it, and what stands at the right."""
    if isinstance(title, str):
        title = Label(title, pt=TOKENS["font_pt"]["title"])
    if isinstance(note, str):
        note = Label(note, "text2")
    head = bar(title, 8, note, None, *more, kind="head")
    head.setFixedHeight(40)
    return head


def pile(host: QWidget, *parts: QWidget, grows: QWidget) -> None:
    """Lay `parts` one under the other in a widget; `grows` takes the room that is left."""
    column = QVBoxLayout(host)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for part in parts:
        column.addWidget(part, 1 if part is grows else 0)


def lay_dialog(
    dialog: QDialog, *parts: QWidget, foot: QWidget, grows: QWidget | None = None
) -> QVBoxLayout:
    """Lay `parts` one under the other in a dialog, over its buttons; `grows` takes the room that is
    left. Answers with the place of the parts, for what comes later.
    """
    inner, column = QVBoxLayout(), QVBoxLayout(dialog)
    inner.setContentsMargins(16, 16, 16, 12)
    inner.setSpacing(8)
    for part in parts:
        inner.addWidget(part, 1 if part is grows else 0)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addLayout(inner, 1)
    column.addWidget(foot)
    return inner


class _SectionHead(ByEnter, QAbstractButton):
    """Word, hairline, and a note at the right; Space and Enter fold."""

    def __init__(self, title: str, foldable: bool) -> None:
        super().__init__()
        self.note = ""
        self._foldable = foldable
        self.setText(title)
        self.setAccessibleName(title)
        self.setCheckable(foldable)
        self.setChecked(foldable)
        focus = Qt.FocusPolicy.TabFocus if foldable else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(focus)
        self.setFixedHeight(24)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(font()).horizontalAdvance(self.text()) + 60, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look, end = QPainter(self), theme(), self.width()
        x = 0
        if self._foldable:
            kit_paint.chevron(painter, -3, 4, "down" if self.isChecked() else "right")
            x = 15
        painter.setFont(font())
        metrics = painter.fontMetrics()
        painter.setPen(look.color("text"))
        painter.drawText(QRect(x, 0, end, 24), kit_paint.MIDDLE, self.text())
        width = metrics.horizontalAdvance(self.text())
        if self.hasFocus():
            frame = QRect(x - 4, 2, width + 8, 20)
            kit_paint.ring(painter, frame, look.color("accent"))
        x += width + 10
        if self.note:
            note = metrics.elidedText(self.note, Qt.TextElideMode.ElideRight, end - x)
            taken = metrics.horizontalAdvance(note)
            painter.setPen(look.color("text2"))
            painter.drawText(QRect(end - taken, 0, taken, 24), kit_paint.MIDDLE, note)
            end -= taken + 10
        token = "line_strong" if look.name == "dark" else "line"
        kit_paint.hair(painter, QRect(x, 12, max(end - x, 0), 1), look.color(token))


class Section(QWidget):
    """A titled group; put its content into `body`. `note` sums it up while it is folded."""

    folded = Signal(bool)

    def __init__(self, title: str, note: str = "", foldable: bool = True) -> None:
        super().__init__()
        self._head = _SectionHead(title, foldable)
        self._note = note
        self._content = QWidget()
        self.body = QVBoxLayout(self._content)
        self.body.setContentsMargins(0, 0, 0, 4)
        self.body.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._head)
        column.addWidget(self._content)
        self._head.toggled.connect(self._toggled)
        self.set_note(note)

    def set_title(self, title: str) -> None:
        self._head.setText(title)
        self._head.setAccessibleName(title)
        self._head.update()

    def set_note(self, note: str) -> None:
        self._note = note
        self._head.note = note if not self._head.isChecked() or not self._foldable() else ""
        self._head.setAccessibleDescription(note)
        self._head.update()

    def set_folded(self, folded: bool) -> None:
        if self._foldable():
            self._head.setChecked(not folded)

    def is_folded(self) -> bool:
        return self._foldable() and not self._head.isChecked()

    def _foldable(self) -> bool:
        return self._head.isCheckable()

    def _toggled(self, open_: bool) -> None:
        self._content.setVisible(open_)
        self.set_note(self._note)
        self.folded.emit(not open_)


class _Picture(QWidget):
    def __init__(self, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self.setFixedSize(40, 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_icon(QPainter(self), self._icon, QRect(4, 4, 32, 32), theme().color("ghost"))


class EmptyState(QWidget):
    """Instead of a bare area: what is missing here and what can be done about it.

    An action is (text, what it calls) or (text, what it calls, key hint).
    """

    def __init__(
        self, icon: str, text: str, actions: list[tuple[str, Callable[[], object]]] | None = None
    ) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._text = Label(text, "text2")
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setMaximumWidth(420)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(size("icon") // 2)
        centre = Qt.AlignmentFlag.AlignHCenter
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addWidget(_Picture(icon), 0, centre)
        column.addSpacing(4)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._text, 10)
        row.addStretch(1)
        column.addLayout(row)
        column.addSpacing(8)
        column.addLayout(self._buttons)
        column.addStretch(3)
        self._buttons.setAlignment(centre)
        self.set_actions(actions or [])

    def set_text(self, text: str) -> None:
        self._text.setText(text)

    def set_actions(self, actions: list[tuple[str, Callable[[], object]]]) -> None:
        """Offer these instead; the first is the main one."""
        while item := self._buttons.takeAt(0):
            if old := item.widget():
                old.deleteLater()
        for place, (text, call) in enumerate(actions):
            button = Button(text, kind="normal" if place else "primary")
            button.clicked.connect(call)
            self._buttons.addWidget(button)
