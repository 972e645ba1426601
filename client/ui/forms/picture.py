"""The editor of a picture: it is read and made small on a worker thread, shown, and taken away."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, QStandardPaths, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QImageIOHandler,
    QImageReader,
    QImageWriter,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from client.context import Context
from client.data.errors import KnownError, sentence
from client.data.office_settings import LARGEST_PICTURE, Picture
from client.i18n import _
from client.model import Field
from client.ui.kit import Button, Label
from client.ui.kit import paint as kit_paint
from client.ui.theme import font, size, theme

LARGEST_FILE = 20 * 1024 * 1024
MOST_PIXELS = 60_000_000
SIDE = 1200  # pixels; larger pictures are made smaller
QUALITY = 90
JPEG_END, JPEG_TAIL = b"\xff\xd9", 65536
SHOWN = QSize(220, 88)
FOLDER = "picture/folder"
_PLAIN = QImageIOHandler.Transformation.TransformationNone


def read_picture(path: Path) -> Picture:
    """The PNG or JPEG picture in a file, at most SIDE pixels wide and high.

    Raises KnownError with the reason why it cannot be used.
    """
    try:
        length = path.stat().st_size
        if length > LARGEST_FILE:
            said = _("This file has {n} MB; a picture may have {most}.")
            sizes = {"n": length // 1024**2, "most": LARGEST_FILE // 1024**2}
            raise KnownError(said.format(**sizes))
        content = path.read_bytes()
    except OSError as error:
        raise KnownError(_("The file cannot be read: {why}").format(why=error.strerror)) from error
    return fit_picture(content)


def fit_picture(content: bytes) -> Picture:
    """The picture in `content`, which stays as it is where it fits."""
    data = QByteArray(content)
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    found, room = bytes(reader.format().data()).decode(), reader.size()
    if found not in ("png", "jpeg"):
        raise KnownError(_("This is not a PNG or JPEG picture."))
    if room.width() * room.height() > MOST_PIXELS:
        raise KnownError(_("This picture has too many pixels."))
    small = max(room.width(), room.height()) <= SIDE
    if not small:
        reader.setScaledSize(room.scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    # A JPEG that is cut off is read all the same, its lower part grey.
    cut = found == "jpeg" and JPEG_END not in content[-JPEG_TAIL:]
    if cut or image.isNull():
        raise KnownError(_("This picture is damaged."))
    if small and len(content) <= LARGEST_PICTURE and reader.transformation() == _PLAIN:
        return Picture(content)
    return Picture(_encoded(image, found))


def _encoded(image: QImage, wanted: str) -> bytes:
    """`image` in the format `wanted`, or as JPEG where that takes less than is allowed."""
    formats = (wanted,) if image.hasAlphaChannel() else (wanted, "jpeg")
    for name in formats:
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QImageWriter(buffer, QByteArray(name.encode()))
        writer.setQuality(QUALITY if name == "jpeg" else -1)
        writer.write(image)
        if data.size() <= LARGEST_PICTURE:
            return bytes(data.data())
    raise KnownError(_("This picture cannot be made small enough; save it smaller first."))


class _Shown(QWidget):
    """The picture as on paper, which is white in both themes."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(SHOWN)
        self._pixmap = QPixmap()

    def show_picture(self, picture: Picture | None) -> None:
        self._pixmap = QPixmap()
        if picture is not None:
            self._pixmap.loadFromData(picture.content)
        self.update()

    def pixels(self) -> QSize:
        return self._pixmap.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        empty = self._pixmap.isNull()
        painter.fillRect(self.rect(), look.color("field_ro") if empty else Qt.GlobalColor.white)
        if empty:
            painter.setFont(font())
            painter.setPen(look.color("ghost"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, _("No picture"))
        else:
            room = self.rect().adjusted(6, 6, -6, -6)
            keep = Qt.AspectRatioMode.KeepAspectRatio
            wanted = self._pixmap.size().scaled(room.size(), keep)
            if wanted.width() > self._pixmap.width():
                wanted = self._pixmap.size()
            box = QRect(0, 0, wanted.width(), wanted.height())
            box.moveCenter(room.center())
            painter.drawPixmap(box, self._pixmap)
        kit_paint.ring(painter, self.rect(), look.color("line_strong"), 1)


class PictureEditor(QWidget):
    """A picture out of a file. `refused` tells why a chosen file was not taken."""

    edited = Signal()
    refused = Signal(str)

    def __init__(self, context: Context, field: Field) -> None:
        super().__init__()
        self._context = context
        self._value: Picture | None = None
        self._readonly = False
        self._shown, self._said = _Shown(), Label("", "text2")
        self._choose = Button(_("Choose picture…"), icon="image")
        self._remove = Button(_("Remove"), icon="trash")
        self._choose.clicked.connect(self.choose)
        self._remove.clicked.connect(self.remove)
        self.setFocusProxy(self._choose)
        beside = QVBoxLayout()
        beside.setSpacing(4)
        for part in (self._choose, self._remove, self._said):
            beside.addWidget(part)
        beside.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._shown, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(beside, 1)
        self.setMinimumHeight(max(SHOWN.height(), 3 * size("field")))
        self._show()

    def value(self) -> Picture | None:
        return self._value

    def set_value(self, value: Picture | None) -> None:
        self._value = value
        self._show()

    def set_readonly(self, readonly: bool) -> None:
        self._readonly = readonly
        self._show()

    def choose(self) -> None:
        """Ask for a file."""
        folder = self._context.settings.get(FOLDER, "") or QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.PicturesLocation
        )
        kinds = _("Pictures") + " (*.png *.jpg *.jpeg)"
        chosen, _kind = QFileDialog.getOpenFileName(self, _("Choose picture…"), folder, kinds)
        if chosen:
            self._context.settings.set(FOLDER, str(Path(chosen).parent))
            self.take(Path(chosen))

    def take(self, path: Path) -> None:
        """Take the picture in a file, once it is read."""
        self._choose.setEnabled(False)
        self._context.jobs.run(self, partial(read_picture, path), self._taken, self._refused)

    def remove(self) -> None:
        self.set_value(None)
        self._choose.setFocus()
        self.edited.emit()

    def _taken(self, picture: Picture) -> None:
        self.set_value(picture)
        self.edited.emit()

    def _refused(self, error: Exception) -> None:
        self._show()
        self.refused.emit(sentence(error))

    def _show(self) -> None:
        self._shown.show_picture(self._value)
        self._choose.setEnabled(True)
        self._choose.setVisible(not self._readonly)
        self._remove.setVisible(not self._readonly and self._value is not None)
        pixels, value = self._shown.pixels(), self._value
        text = f"{pixels.width()} × {pixels.height()} · {value.kilobytes} KB" if value else ""
        self._said.setText(text)
        self._shown.setAccessibleName(text or _("No picture"))
