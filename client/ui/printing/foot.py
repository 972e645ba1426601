"""The bar below the pages: which page of how many, what was done, and the zoom."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSpinBox, QWidget

from client.i18n import _
from client.ui.kit import ElidedLabel, IconButton, Label, bar, bind
from client.ui.printing.view import PAGE, WIDTH, PageView

PERCENTS = (50, 75, 100, 125, 150, 200, 300, 400)


class PreviewFoot(QWidget):
    """Pages and zoom of a view, by mouse and by keys."""

    def __init__(self, view: PageView) -> None:
        super().__init__()
        self._view = view
        self.before = IconButton("caret-left", _("Previous page") + " (PgUp)")
        self.after = IconButton("caret-right", _("Next page") + " (PgDn)")
        self.number = QSpinBox()
        self.number.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.number.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.number.setFixedWidth(48)
        self.number.setKeyboardTracking(False)
        self.number.setAccessibleName(_("Page"))
        self._of = Label("", "text2")
        self._said = ElidedLabel("", "text2")
        self.smaller = IconButton("magnifying-glass-minus", _("Smaller") + " (Ctrl+-)")
        self.larger = IconButton("magnifying-glass-plus", _("Larger") + " (Ctrl++)")
        self.zoom = QComboBox()
        self.zoom.setAccessibleName(_("Zoom"))
        self.zoom.addItem(_("Fit width"), WIDTH)
        self.zoom.addItem(_("Fit page"), PAGE)
        for percent in PERCENTS:
            self.zoom.addItem(f"{percent} %", percent / 100)
        self.zoom.setFixedWidth(132)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        paging = (self.before, self.number, self._of, self.after)
        zooming = (self.smaller, self.zoom, self.larger)
        row.addWidget(bar(*paging, 8, self._said, None, *zooming, kind="footbar"))
        self._connect()
        self._show_page(0)
        self._show_zoom()

    def say(self, text: str, token: str = "text2") -> None:
        """Tell what was done, or why not."""
        self._said.set_tone(token)
        self._said.setText(text)

    def said(self) -> str:
        return self._said.text()

    def _connect(self) -> None:
        view = self._view
        self.before.clicked.connect(self._back)
        self.after.clicked.connect(self._forth)
        self.number.valueChanged.connect(self._typed)
        self.smaller.clicked.connect(self._zoom_out)
        self.larger.clicked.connect(self._zoom_in)
        self.zoom.activated.connect(self._zoom_chosen)
        view.page_changed.connect(self._show_page)
        view.zoomed.connect(self._show_zoom)
        for keys, slot in (
            ("Ctrl++", self._zoom_in),
            ("Ctrl+=", self._zoom_in),
            ("Ctrl+-", self._zoom_out),
            ("Ctrl+0", self._fit),
        ):
            bind(view.parentWidget() or view, keys, slot)

    def _back(self) -> None:
        self._view.go_to(self._view.page - 1)

    def _forth(self) -> None:
        self._view.go_to(self._view.page + 1)

    def _typed(self, number: int) -> None:
        if number - 1 != self._view.page:
            self._view.go_to(number - 1)

    def _show_page(self, page: int) -> None:
        pages = self._view.pages()
        self.number.blockSignals(True)
        self.number.setRange(min(pages, 1), pages)
        self.number.setValue(page + 1 if pages else 0)
        self.number.blockSignals(False)
        self._of.setText(_("of {pages}").format(pages=pages))
        self.before.setEnabled(page > 0)
        self.after.setEnabled(page < pages - 1)

    def _zoom_in(self) -> None:
        self._view.step_zoom(1)

    def _zoom_out(self) -> None:
        self._view.step_zoom(-1)

    def _fit(self) -> None:
        """As wide as there is room, where one began."""
        self._view.set_zoom(WIDTH)

    def _zoom_chosen(self) -> None:
        self._view.set_zoom(self.zoom.currentData())
        self._view.setFocus()

    def _show_zoom(self) -> None:
        """The chosen zoom, or a percentage of its own that a wheel led to."""
        zoom = self._view.zoom
        extra = len(PERCENTS) + 2
        if self.zoom.count() > extra:
            self.zoom.removeItem(extra)
        place = self.zoom.findData(zoom)
        if place < 0:
            self.zoom.addItem(f"{round(float(zoom) * 100)} %", zoom)
            place = extra
        self.zoom.setCurrentIndex(place)
