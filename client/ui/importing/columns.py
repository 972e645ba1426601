"""Which column of a file becomes which field: a table with the first rows turned on their side."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from client.data.formats import date_text
from client.data.importing.kinds import LINE, Target
from client.data.importing.mapping import SheetMapping
from client.data.reading.files import SheetInfo
from client.data.reading.values import CellError
from client.i18n import _
from client.ui.tables.columns import Column
from client.ui.tables.plain import PlainModel
from client.ui.tables.table import Table

SAMPLES = 3  # rows shown of the file
MOST_COLUMNS = 250  # that can be given a field by hand


class FieldChoice(QComboBox):
    """The field that one column of the file is taken for."""

    chosen = Signal(int, str)

    def __init__(self, place: int, header: str, targets: Sequence[Target], parent: QWidget) -> None:
        super().__init__(parent)
        self._place = place
        self.setMaxVisibleItems(24)
        self.setAccessibleName(_("Field for {header}").format(header=header))
        self.addItem(_("– left out –"), "")
        for target in targets:
            self.addItem(target_label(target), target.key)
        self.activated.connect(self._tell)

    def wheelEvent(self, event: Any) -> None:
        """Scrolling the table must not change what the pointer happens to be on."""
        event.ignore()

    def _tell(self) -> None:
        self.chosen.emit(self._place, self.currentData())


class ImportColumns(Table):
    """`mapping_changed` when the clerk gave a column another field."""

    mapping_changed = Signal()

    def __init__(self) -> None:
        columns = [
            Column("letter", "", 44, "code"),
            Column("header", _("Column of the file"), 170, "name"),
            Column("field", _("Field"), 190),
        ]
        columns += [Column(f"row{n}", "", 130, "text2", stretch=True) for n in range(SAMPLES)]
        super().__init__(columns, row_height="row_relaxed")
        self._mapping: SheetMapping | None = None
        self._choices: list[FieldChoice] = []
        self.rows = PlainModel(len(columns))
        self.setModel(self.rows)
        self.rings = False
        self.setAccessibleName(_("Columns of the file and fields"))

    def show_mapping(self, mapping: SheetMapping | None, sheet: SheetInfo | None) -> None:
        """Show how `sheet` is understood; corrections go into `mapping`."""
        self._mapping = mapping
        self._choices = []
        if mapping is None or sheet is None:
            self.rows.show_rows([])
            return
        samples = [row for row in sheet.head if row[0] > mapping.header_row][:SAMPLES]
        for place in range(SAMPLES):
            found = samples[place : place + 1]
            title = _("Row {n}").format(n=found[0][0]) if found else ""
            self.columns[place + 3].title = title
        self.set_columns(self.columns)
        texts = []
        for column in mapping.headers:
            cells = [_cell(row[1], column.index) for row in samples]
            cells += [""] * (SAMPLES - len(cells))
            texts.append((column.letter, column.header, "", *cells))
        self.rows.show_rows(list(texts))
        targets = sorted(mapping.kind.targets.values(), key=lambda t: (t.key.startswith(LINE),))
        for place, column in enumerate(mapping.headers[:MOST_COLUMNS]):
            around = QWidget()
            choice = FieldChoice(place, column.title, targets, around)
            row = QHBoxLayout(around)
            row.setContentsMargins(2, 1, 2, 2)
            row.addWidget(choice)
            choice.chosen.connect(self._assign)
            self.setIndexWidget(self.rows.index(place, 2), around)
            self._choices.append(choice)
        self._select()

    def _assign(self, place: int, key: str) -> None:
        if self._mapping is None:
            return
        column = self._mapping.headers[place]
        for other, taken in list(self._mapping.columns.items()):
            if taken == column or other == key:
                del self._mapping.columns[other]
        if key:
            self._mapping.columns[key] = column
        self._select()
        self.mapping_changed.emit()

    def _select(self) -> None:
        assert self._mapping is not None
        keys = {column.index: key for key, column in self._mapping.columns.items()}
        for choice, column in zip(self._choices, self._mapping.headers, strict=False):
            choice.setCurrentIndex(max(choice.findData(keys.get(column.index, "")), 0))


def target_label(target: Target) -> str:
    """What a field is called in the list; a line's fields say that they are a line's."""
    label = _(target.label)
    if target.key.startswith(LINE):
        label = _("Line: {field}").format(field=label)
    return f"{label} *" if target.required else label


def _cell(cells: Sequence[Any], index: int) -> str:
    value = cells[index] if index < len(cells) else None
    if value is None:
        return ""
    if isinstance(value, CellError):
        return value.text
    if hasattr(value, "hour") and hasattr(value, "year"):
        return str(value)
    return date_text(value) if hasattr(value, "year") else " ".join(str(value).split())
