"""The window's last line: server, operator, what is selected, row height, language, clock."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from client.data import formats
from client.i18n import N_, _, current
from client.ui.kit.labels import ElidedLabel, Label, StateMark
from client.ui.theme import size, theme

ROW_NAMES = {
    "row_compact": N_("compact"),
    "row": N_("standard"),
    "row_relaxed": N_("relaxed"),
}
LANGUAGES = {"en": "English", "zh_CN": "中文"}
MESSAGE_MS = 8000
CLOCK_MS = 15_000


class _MenuButton(QToolButton):
    """Quiet text that opens a menu of choices."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setProperty("small", True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setMenu(QMenu(self))


class StatusBar(QWidget):
    """Messages give way to the selection's summary after some seconds.

    However long a message is, the window need not be wider for it: first who works here and the
    clock leave it their room, then it is cut.
    """

    rows_chosen = Signal(str)
    language_chosen = Signal(str)

    def __init__(self, server: str) -> None:
        super().__init__()
        self._server, self._summary, self._by = server, "", ""
        self.setProperty("kind", "status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(size("status"))
        self._mark = StateMark(server, "disc", "green")
        self._operator, self._middle = ElidedLabel("", "text2"), ElidedLabel("")
        self._clock = Label("", "text2")
        self._rows = _MenuButton(_("Row height"))
        self._language = _MenuButton(_("Language"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(12)
        row.addWidget(self._mark)
        row.addWidget(self._operator)
        row.addStretch(1)
        row.addWidget(self._middle)
        row.addStretch(1)
        for widget in (self._rows, self._language, self._clock):
            row.addWidget(widget)
        self._back = QTimer(self)
        self._back.setSingleShot(True)
        self._back.timeout.connect(self._show_summary)
        self._tick = QTimer(self)
        self._tick.setInterval(CLOCK_MS)
        self._tick.timeout.connect(self._show_time)
        self._tick.start()
        self._fill()
        self._show_time()

    def set_operator(self, text: str) -> None:
        """Who works here, and at which office."""
        self._operator.setText(text)

    def _fill(self) -> None:
        for name, text in ROW_NAMES.items():
            self._rows.menu().addAction(_(text)).setData(name)
        for code, text in LANGUAGES.items():
            self._language.menu().addAction(text).setData(code)
        self._rows.menu().triggered.connect(self._rows_picked)
        self._language.menu().triggered.connect(self._language_picked)
        theme().rows_changed.connect(self._show_rows)
        self._language.setText("zh" if current() == "zh_CN" else "en")
        self._show_rows()

    def set_connected(self, connected: bool) -> None:
        """Whether the server answers."""
        if connected:
            self._mark.set(self._server, "disc", "green")
        else:
            lost = _("{server}: no connection, trying again").format(server=self._server)
            self._mark.set(lost, "cross", "red")

    def set_summary(self, text: str) -> None:
        """What is selected; stays until it changes."""
        self._summary = text
        if not self._back.isActive():
            self._show_summary()

    def say_of_panel(self, text: str, key: str) -> None:
        """The same of a panel; an empty sentence takes back what it said, if that was the last."""
        if text:
            self.say(text)
            self._by = key
        elif self._by == key:
            self._back.stop()
            self._show_summary()

    def say(self, text: str, token: str = "text") -> None:
        """A sentence for some seconds."""
        self._by = ""
        self._middle.set_tone(token)
        self._middle.setText(text)
        self._back.start(MESSAGE_MS)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        row = self.layout()
        if row is None:
            return
        parts = (self._mark, self._operator, self._middle, self._rows, self._language, self._clock)
        widths = (max(part.sizeHint().width(), part.minimumWidth()) for part in parts)
        wanted = sum(widths) + row.spacing() * len(parts)
        edges = row.contentsMargins().left() + row.contentsMargins().right()
        give = self._back.isActive() and wanted + edges > self.width()
        for part in (self._operator, self._clock):
            part.setHidden(give)

    def text(self) -> str:
        """The sentence shown in the middle now."""
        return self._middle.text()

    def _show_summary(self) -> None:
        self._middle.set_tone("text")
        self._middle.setText(self._summary)
        self._fit()

    def _show_time(self) -> None:
        self._clock.setText(formats.datetime_text(formats.now()))

    def _show_rows(self) -> None:
        self._rows.setText(_("Rows {height}").format(height=_(ROW_NAMES[theme().rows])))

    def _rows_picked(self, action: QAction) -> None:
        self.rows_chosen.emit(action.data())

    def _language_picked(self, action: QAction) -> None:
        self.language_chosen.emit(action.data())
