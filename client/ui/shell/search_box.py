"""The box that searches everything (Ctrl+K), with its answers hanging under it."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from client.i18n import _
from client.ui.icons import paint_icon
from client.ui.kit import paint as kit_paint
from client.ui.kit.labels import Label
from client.ui.screen import Hit
from client.ui.tables.delegate import Index
from client.ui.theme import font, icon, theme

PAUSE_MS = 120
ROW, SHOWN = 28, 12
_HIT = Qt.ItemDataRole.UserRole


class _HitDelegate(QStyledItemDelegate):
    """Icon, text, and a quiet note at the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, rect, hit = theme(), option.rect, index.data(_HIT)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(rect, look.color("select"))
            painter.fillRect(rect.x(), rect.y(), 3, rect.height(), look.color("accent"))
        box = QRect(rect.x() + 12, rect.y() + (rect.height() - 16) // 2, 16, 16)
        paint_icon(painter, hit.icon, box, look.color("text2"))
        painter.setFont(font())
        metrics = painter.fontMetrics()
        middle, room = Qt.TextElideMode.ElideMiddle, rect.adjusted(38, 0, -12, 0)
        note = metrics.elidedText(hit.note, middle, room.width() // 2)
        taken = metrics.horizontalAdvance(note)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(look.color("text2"))
        painter.drawText(room, right, note)
        painter.setPen(look.color("on_select" if chosen else "text"))
        text = metrics.elidedText(hit.text, middle, room.width() - taken - 16)
        painter.drawText(room, kit_paint.MIDDLE, text)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, ROW)


class _Answers(QFrame):
    """A panel over the window, not a window of its own: the keys stay in the box."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setProperty("kind", "popup")
        self.list = QListWidget()
        self.list.setItemDelegate(_HitDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setAccessibleName(_("Search results"))
        self.message = Label("", "text2")
        self.message.setContentsMargins(12, 6, 12, 6)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(1, 4, 1, 4)
        column.setSpacing(0)
        column.addWidget(self.list)
        column.addWidget(self.message)
        self.hide()

    def lay(self, left: QPoint, width: int) -> None:
        rows = min(self.list.count(), SHOWN)
        self.list.setVisible(rows > 0)
        self.list.setFixedHeight(rows * ROW + 2)
        self.message.setVisible(bool(self.message.text()))
        height = self._column.sizeHint().height()
        self.setGeometry(left.x(), left.y(), width, height)
        self.show()
        self.raise_()


class SearchBox(QLineEdit):
    """Emits `search_requested` a moment after the last letter; give the answer to `set_hits`.

    Enter opens what was found for the text as it stands, be it found only after Enter.
    """

    search_requested = Signal(str)
    hit_chosen = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self.setPlaceholderText(_("Search customers, papers, phones…"))
        self.setAccessibleName(_("Search everything"))
        self.addAction(icon("magnifying-glass", "ghost"), QLineEdit.ActionPosition.LeadingPosition)
        self._key = Label("Ctrl+K", "ghost")
        self._key.setParent(self)
        self.setTextMargins(0, 0, 52, 0)
        self._window, self._answers = window, _Answers(window)
        self._answered, self._entered = "", False  # the text of the answer; Enter waits for it
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self.textEdited.connect(self._typed)
        self._answers.list.itemClicked.connect(self._clicked)
        window.installEventFilter(self)

    def set_hits(self, text: str, hits: list[Hit]) -> None:
        """Show what was found for `text`; an answer to an older question is passed over."""
        if text != self.text().strip() or not self.hasFocus():
            return
        answers = self._answers
        answers.list.clear()
        for hit in hits:
            item = QListWidgetItem(f"{hit.text} {hit.note}")
            item.setData(_HIT, hit)
            answers.list.addItem(item)
        if hits:
            answers.list.setCurrentRow(0)
        nothing = _("Nothing found for '{text}'").format(text=text)
        answers.message.setText("" if hits else nothing)
        self._answered = text
        self._lay()
        if self._entered:
            self._enter()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        step, answers = steps.get(Qt.Key(event.key())), self._answers.list
        if step is not None and answers.count():
            answers.setCurrentRow((answers.currentRow() + step) % answers.count())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        escape = event.type() == QEvent.Type.ShortcutOverride
        if escape and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        if event.type() == QEvent.Type.Resize:
            self._key.setGeometry(self.width() - 54, 0, 48, self.height())
        elif event.type() == QEvent.Type.FocusOut:
            self._entered = False
            self._answers.hide()
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._answers.isVisible():
            QTimer.singleShot(0, self._lay)
        return super().eventFilter(watched, event)

    def _typed(self, text: str) -> None:
        self._key.setVisible(not text)
        self._entered = False
        if text.strip():
            self._pause.start()
        else:
            self._pause.stop()
            self._answers.hide()

    def _enter(self) -> None:
        """Open the current hit; of a text that is not answered yet the first, once it is."""
        self._entered = bool(self.text().strip())
        if self._answers.isVisible() and self._answered == self.text().strip():
            self._entered = False
            self._choose(self._answers.list.currentItem())
        elif self._entered and self._pause.isActive():
            self._pause.stop()
            self._ask()

    def _ask(self) -> None:
        self.search_requested.emit(self.text().strip())

    def _lay(self) -> None:
        width = max(self.width(), 420)
        corner = self.mapTo(self._window, QPoint(self.width() - width, self.height() + 2))
        self._answers.lay(corner, width)

    def _clicked(self, item: QListWidgetItem) -> None:
        self._choose(item)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            hit = item.data(_HIT)
            self._close()
            self.hit_chosen.emit(hit)

    def _close(self) -> None:
        self._pause.stop()
        self._answers.hide()
        self.clear()
        self._key.show()
        self.clearFocus()
