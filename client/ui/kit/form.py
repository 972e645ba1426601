"""Pairs of label and field on one grid, with a place under each field for what is wrong."""

from math import ceil

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from client.i18n import _
from client.ui.kit.labels import Label
from client.ui.theme import font, size, theme

GUTTER = 10
BETWEEN = 16
LEAST_FIELD = 48
WIDEST = 76  # of a label beside others; a longer one goes on in a second line
WIDEST_ALONE = 120  # where each field has a row of its own


class FieldLabel(QLabel):
    """Right-aligned; the star of required fields stands in a gutter of its own."""

    def __init__(self, text: str, required: bool, inset: int = 0, widest: int = WIDEST) -> None:
        super().__init__(text)
        self.required, self._inset, self._widest = required, inset, widest
        self.column = 1 if inset else 0
        self.setTextFormat(Qt.TextFormat.PlainText)
        long = QFontMetrics(font()).horizontalAdvance(text) >= widest
        self.setFixedHeight(size("field") + (4 if long else 0))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def wanted(self) -> int:
        """The width that the text needs."""
        return min(ceil(QFontMetricsF(font()).horizontalAdvance(self.text())) + 1, self._widest)

    def set_width(self, width: int) -> None:
        """The width of the longest text in the form, gutter and inset come on top."""
        self.setFixedWidth(width + GUTTER + self._inset)
        whole = QFontMetrics(font()).horizontalAdvance(self.text())
        self.setToolTip(self.text() if whole > 2 * width else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, height = QPainter(self), self.height()
        end = self.width() - GUTTER
        painter.setFont(font())
        painter.setPen(theme().color("text2" if self.isEnabled() else "disabled"))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        room = QRect(self._inset, 0, end - self._inset, height)
        painter.drawText(room, flags | Qt.TextFlag.TextWordWrap, self.text())
        if self.required:
            painter.setPen(theme().color("red"))
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRect(end + 2, 2, GUTTER, height), left, "*")


class _Slot(QWidget):
    """A field and the sentence under it."""

    def __init__(self, field: QWidget) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)
        self._column.addWidget(field)
        self._column.addStretch(1)
        self._message: Label | None = None

    def say(self, text: str, token: str) -> None:
        if self._message is None:
            if not text:
                return
            self._message = Label("", token)
            self._message.setWordWrap(True)
            self._column.insertWidget(1, self._message)
        self._message.set_tone(token)
        self._message.setText(text)
        self._message.setVisible(bool(text))


def mark_wrong(widget: QWidget, text: str, token: str = "red") -> None:
    """Draw a line under a field that `text` says something bad about; an empty text ends it."""
    widget.setAccessibleDescription(text)
    wrong = bool(text) and token == "red"
    if bool(widget.property("wrong")) != wrong:
        widget.setProperty("wrong", wrong)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class FormGrid(QWidget):
    """`columns` pairs side by side; all labels end on one edge, fields begin on one."""

    def __init__(self, columns: int = 2) -> None:
        super().__init__()
        self._columns, self._row, self._column = columns, 0, 0
        self._widest = WIDEST if columns > 1 else WIDEST_ALONE
        self._labels: list[FieldLabel] = []
        self._fields: dict[QWidget, tuple[FieldLabel, _Slot | None]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(0)
        self._grid.setVerticalSpacing(4)
        for place in range(columns):
            self._grid.setColumnStretch(2 * place + 1, 1)

    def add(
        self,
        label: str,
        widget: QWidget,
        span: int = 1,
        required: bool = False,
        message_slot: bool = True,
    ) -> None:
        """Put the next pair where there is room; `span` counts pairs of columns."""
        span = min(span, self._columns)
        if self._column + span > self._columns:
            self._row, self._column = self._row + 1, 0
        inset = BETWEEN if self._column else 0
        caption = FieldLabel(label, required, inset, self._widest)
        caption.setBuddy(widget)
        if not widget.minimumWidth():
            # What a field holds must not decide how wide the form is.
            widget.setMinimumWidth(LEAST_FIELD)
        slot = _Slot(widget) if message_slot else None
        self._labels.append(caption)
        self._fields[widget] = caption, slot
        if not widget.accessibleName():
            needed = _("{label}, required").format(label=label) if required else label
            widget.setAccessibleName(needed)
        top, place = Qt.AlignmentFlag.AlignTop, 2 * self._column
        self._grid.addWidget(caption, self._row, place, top)
        self._grid.addWidget(slot or widget, self._row, place + 1, 1, 2 * span - 1)
        self._column += span
        # Room left over goes below the last row, never between the rows.
        self._grid.setRowStretch(self._row, 0)
        self._grid.setRowStretch(self._row + 1, 1)
        self._widen(self.label_widths())

    def set_message(self, widget: QWidget, text: str, token: str = "red") -> None:
        """Say what is wrong with a field under it and mark it; an empty text takes it back."""
        caption_slot = self._fields.get(widget)
        if caption_slot is None:
            return
        if caption_slot[1] is not None:
            caption_slot[1].say(text, token)
        mark_wrong(widget, text, token)

    def set_shown(self, widget: QWidget, shown: bool) -> None:
        """Show or hide a field together with its label."""
        caption, slot = self._fields[widget]
        caption.setVisible(shown)
        (slot or widget).setVisible(shown)

    def label_widths(self) -> tuple[int, int]:
        """What the labels of the first column need, and those of all further ones."""
        wanted = [0, 0]
        for label in self._labels:
            wanted[label.column] = max(wanted[label.column], label.wanted())
        return wanted[0], wanted[1]

    def _widen(self, widths: tuple[int, int]) -> None:
        for label in self._labels:
            label.set_width(widths[label.column])
        # Also where no label stands, or a field alone in its line would end on an edge of its own.
        further = widths[1] + GUTTER + BETWEEN if widths[1] else 0
        for place in range(1, self._columns):
            self._grid.setColumnMinimumWidth(2 * place, further)

    @staticmethod
    def align(grids: "list[FormGrid]") -> None:
        """Give several groups of one form the same label widths, so that columns line up."""
        wanted = [grid.label_widths() for grid in grids]
        first = max((one for one, _more in wanted), default=0)
        more = max((more for _one, more in wanted), default=0)
        for grid in grids:
            grid._widen((first, more))
