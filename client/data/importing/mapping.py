"""Which column of a sheet is which field, and which sheet is what: guessed, then corrected.

A header matches by a field's label in either language, its name, or a common other word for it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from client.data.errors import KnownError
from client.data.importing.kinds import KINDS, LINE, Kind, Target
from client.data.parsing import quoted
from client.data.reading.files import SheetInfo
from client.i18n import N_, _, joined, translator

PARENTHESES = re.compile(r"\(.*?\)")
NOISE = re.compile(r"[\s_\-.:：*#/'\"()\[\]、，,]+")
CODED = ("id", "code", "no", "number", "编号", "编码", "代码", "工号")
HEADER_ROWS = 10  # a header stands in the first rows
ORDERED = tuple(KINDS)


class BadMapping(KnownError):
    """A column or field named by the user is not there; the text says which."""

    def __init__(self, sentence: str, **values: Any) -> None:
        super().__init__(sentence)
        self.sentence, self.values = sentence, values

    def __str__(self) -> str:
        return _(self.sentence).format(**self.values)


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its place from 0, and its header as written."""

    index: int
    header: str

    @property
    def letter(self) -> str:
        """The column's name in Excel: A, B, …, AA."""
        letters, rest = "", self.index + 1
        while rest:
            rest, digit = divmod(rest - 1, 26)
            letters = chr(65 + digit) + letters
        return letters

    @property
    def title(self) -> str:
        """Letter and header: columns with the same header stay apart."""
        return f"{self.letter} {quoted(self.header)}" if self.header else self.letter


@dataclass
class SheetMapping:
    """What a sheet is taken for. `columns` by target key; correct it freely before the import."""

    kind: Kind
    sheet: str
    header_row: int
    headers: list[Column]
    columns: dict[str, Column] = field(default_factory=dict)

    @property
    def missing(self) -> list[Target]:
        """The required fields that no column brings."""
        wanted = [t for t in self.kind.targets.values() if t.required and t.key not in self.columns]
        if self.has_lines:
            wanted += [
                self.kind.targets[LINE + key]
                for key in ("product_id", "quantity")
                if LINE + key not in self.columns
            ]
        return wanted

    @property
    def has_lines(self) -> bool:
        """Whether the order's lines stand in the same sheet as the orders."""
        return LINE + "product_id" in self.columns

    @property
    def unused(self) -> list[Column]:
        """The columns that are not imported."""
        used = {column.index for column in self.columns.values()}
        return [column for column in self.headers if column.header and column.index not in used]

    def assign(self, target: str, header: str) -> None:
        """Take the column `header` (its text or letter) for the field `target` (name or label)."""
        key = self._target(target)
        column = self._column(header)
        for other, taken in list(self.columns.items()):
            if taken == column:
                del self.columns[other]
        self.columns[key] = column

    def _target(self, text: str) -> str:
        wanted = normal(text)
        for key, target in self.kind.targets.items():
            names = {key, key.removesuffix("_id"), target.label, _chinese(target.label)}
            if wanted in {normal(name) for name in names}:
                return key
        fields = joined(_(target.label) for target in self.kind.targets.values())
        raise BadMapping(
            N_("There is no field '{text}'; there are: {fields}"), text=text, fields=fields
        )

    def _column(self, text: str) -> Column:
        wanted = normal(text)
        for column in self.headers:
            if column.header and normal(column.header) == wanted:
                return column
        for column in self.headers:
            if column.letter == text.strip().upper():
                return column
        raise BadMapping(
            N_("The sheet '{sheet}' has no column '{text}'."), sheet=self.sheet, text=text
        )


def normal(text: str) -> str:
    """A header without case, width, spaces and punctuation, to be compared."""
    return NOISE.sub("", unicodedata.normalize("NFKC", text).casefold()).strip("\ufeff\u200b")


def guess(kind: Kind, sheet: SheetInfo, header_row: int | None = None) -> SheetMapping:
    """The most likely columns of `sheet` for `kind`; `header_row` as Excel counts, None = found."""
    candidates = [row for row in sheet.head[:HEADER_ROWS] if header_row in (None, row[0])]
    if header_row is not None and not candidates:
        candidates = [row for row in sheet.head if row[0] == header_row]
    best: SheetMapping | None = None
    for number, cells in candidates:
        mapping = _matched(kind, sheet.name, number, cells)
        # Of equally good rows the first is the header, and what follows are values.
        if best is None or _quality(mapping) > _quality(best):
            best = mapping
    return best or SheetMapping(kind, sheet.name, header_row or 1, [])


def recognise(sheets: Iterable[SheetInfo]) -> tuple[list[SheetMapping], list[SheetInfo]]:
    """What the visible sheets of an office's workbook hold, in import order, and those left out."""
    known, skipped = [], []
    for sheet in sheets:
        if sheet.hidden:
            skipped.append(sheet)
            continue
        options = [(_fit(mapping, sheet), mapping) for mapping in _options(sheet)]
        fit, mapping = max(options, key=lambda option: option[0], default=(0.0, None))
        if mapping is None or fit <= 0:
            skipped.append(sheet)
        else:
            known.append(mapping)
    known.sort(key=lambda mapping: ORDERED.index(mapping.kind.name))
    return known, skipped


def _options(sheet: SheetInfo) -> list[SheetMapping]:
    return [guess(kind, sheet) for kind in KINDS.values()]


def _fit(mapping: SheetMapping, sheet: SheetInfo) -> float:
    """How well a sheet fits a kind: 0 or less when not; its name counts more than its columns."""
    if not mapping.columns or mapping.missing:
        return 0
    named = normal(sheet.name) in _sheet_words(mapping.kind)
    if not named and (mapping.kind.is_code_table or mapping.kind.name == "department"):
        return 0
    width = sum(1 for column in mapping.headers if column.header)
    share = len(mapping.columns) / max(width, 1)
    if not named and (len(mapping.columns) < 2 or share < 0.4):
        return 0
    return len(mapping.columns) + share + (1000 if named else 0)


@cache
def _sheet_words(kind: Kind) -> frozenset[str]:
    texts = (kind.name, kind.entity.LABEL, kind.entity.PLURAL, *kind.words)
    chinese = (_chinese(kind.entity.LABEL), _chinese(kind.entity.PLURAL))
    return frozenset(normal(text) for text in (*texts, *chinese))


def _quality(mapping: SheetMapping) -> tuple[int, int]:
    return -len(mapping.missing), len(mapping.columns)


def _matched(kind: Kind, sheet: str, number: int, cells: Sequence[Any]) -> SheetMapping:
    headers = [
        Column(index, " ".join(str(cell).split()) if isinstance(cell, str | int) else "")
        for index, cell in enumerate(cells)
    ]
    mapping = SheetMapping(kind, sheet, number, headers)
    ranked = []
    for column in headers:
        if not column.header:
            continue
        full = normal(column.header)
        short = normal(PARENTHESES.sub("", unicodedata.normalize("NFKC", column.header)))
        for key, words in _words(kind).items():
            rank = min(words.get(full, 999), words.get(short, 999) + 500)
            if rank < 999 and kind.targets[key].is_reference and full.endswith(CODED):
                rank -= 400  # a code names one record, a name perhaps several
            if rank < 999:
                ranked.append((rank, column.index, key, column))
    taken: set[int] = set()
    for _rank, index, key, column in sorted(ranked, key=lambda item: item[:3]):
        if index not in taken and key not in mapping.columns:
            mapping.columns[key] = column
            taken.add(index)
    return mapping


@cache
def _words(kind: Kind) -> Mapping[str, Mapping[str, int]]:
    """For each target the headers it is known by, with a rank: the lower the better."""
    found = {}
    for key, target in kind.targets.items():
        part = target.field is None
        texts = [target.label, _chinese(target.label), key.removeprefix(LINE), *target.words]
        texts += [_chinese(word) for word in target.words[:2]]
        # A part's own words are exact; a line's field must not take an order's column.
        offset = 0 if part else 100 if key.startswith(LINE) else 10
        words: dict[str, int] = {}
        for rank, text in enumerate(texts):
            words.setdefault(normal(text), rank + offset)
        found[key] = words
    return found


def _chinese(text: str) -> str:
    return translator("zh_CN")(text)
