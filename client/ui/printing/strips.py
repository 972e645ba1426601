"""Pictures of pages in strips, drawn by jobs and kept while there is room."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import partial

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage

from client.ui.jobs import Jobs, Token
from client.ui.printing import pages
from client.ui.printing.pages import Strip

ROWS = 1024  # drawn together
KEPT_BYTES = 192_000_000
AT_ONCE = 2  # strips asked for; more would be for pages scrolled past meanwhile


class Strips(QObject):
    """The strips of one PDF. `came` when one more can be shown."""

    came = Signal()

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._pdf = b""
        self._kept: OrderedDict[Strip, QImage] = OrderedDict()
        self._before: dict[Strip, QImage] = {}
        self._asked: dict[Strip, Token] = {}

    def use(self, pdf: bytes) -> None:
        """Draw from another PDF; what was drawn of the one before stays to be stretched."""
        self._pdf, self._before = pdf, dict(self._kept)
        self._kept.clear()
        for token in self._asked.values():
            token.cancel()
        self._asked.clear()

    def of(self, strip: Strip) -> QImage | None:
        """The picture, if it has come."""
        if strip in self._kept:
            self._kept.move_to_end(strip)
        return self._kept.get(strip)

    def alike(self, page: int, whole: QSize) -> Iterator[tuple[Strip, QImage]]:
        """What is there of the page in any size of the same form."""
        for known in (self._before, self._kept):
            for strip, picture in known.items():
                off = strip.whole.width() * whole.height() - strip.whole.height() * whole.width()
                if strip.page == page and abs(off) < whole.width() * whole.height() * 0.01:
                    yield strip, picture

    def ask(self, needed: Sequence[Strip], ahead: Sequence[Strip]) -> None:
        """Have what is needed drawn, then what may be needed next; forget older wishes."""
        for strip in [strip for strip in self._asked if strip not in needed]:
            self._asked.pop(strip).cancel()
        for strip in (*needed, *ahead):
            if len(self._asked) >= AT_ONCE:
                return
            if strip not in self._kept and strip not in self._asked:
                work = partial(pages.on_screen, self._pdf, strip)
                self._asked[strip] = self._jobs.run(self, work, partial(self._came, strip))

    def _came(self, strip: Strip, picture: QImage) -> None:
        self._asked.pop(strip, None)
        self._kept[strip] = picture
        self._before = {old: image for old, image in self._before.items() if old.page != strip.page}
        bytes_kept = sum(image.sizeInBytes() for image in self._kept.values())
        while bytes_kept > KEPT_BYTES and len(self._kept) > 1:
            bytes_kept -= self._kept.popitem(last=False)[1].sizeInBytes()
        self.came.emit()
