"""Two people changed one order: what differs in different places is joined, the rest is asked.

Lines are the same when they have the same id, wherever they stand.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from client.data.priced.edit import Doc, Line, filled, line_changes, same
from client.data.priced.kinds import DocumentKind

# What belongs together in a line: a product comes with its code, name and unit, never half of it.
PARTS = {
    "name": ("product_id", "code", "name", "specification", "unit"),
    **{key: (key,) for key in ("quantity", "unit_price", "discount", "tax_rate", "remarks")},
}
WHOLE = "line"  # the field of a clash about a line's being there at all


class Clash(NamedTuple):
    """One thing both changed. `line` is the line's id, None for the head; `field` may be WHOLE,
    and then `mine` or `theirs` is None where the line was removed."""

    line: int | None
    field: str
    mine: Any
    theirs: Any
    base: Any = None
    name: str = ""  # of the line's product, to show


class Merged(NamedTuple):
    """The joined document, with mine where both changed, and what has to be decided."""

    doc: Doc
    clashes: list[Clash]
    theirs: Doc


def merge(base: Doc, mine: Doc, theirs: Doc, kind: DocumentKind) -> Merged:
    """Join two changes of `base`; the outcome carries their version and state."""
    clashes: list[Clash] = []
    doc = dict(theirs)
    for name in kind.head:
        ours, stored, old = mine.get(name), theirs.get(name), base.get(name)
        if same(ours, old):
            continue
        doc[name] = ours
        if not same(stored, old) and not same(stored, ours):
            clashes.append(Clash(None, name, ours, stored, old))
    doc["lines"] = _lines(base, mine, theirs, clashes)
    return Merged(doc, clashes, theirs)


def _lines(base: Doc, mine: Doc, theirs: Doc, clashes: list[Clash]) -> list[Line]:
    old = {line["id"]: line for line in base["lines"]}
    stored = {line["id"]: line for line in theirs["lines"]}
    ours = filled(mine["lines"])
    kept: list[Line] = []
    for line in ours:
        number = line.get("id")
        if number is None or number not in old:
            kept.append(line)
        elif number in stored:
            kept.append(_line(old[number], line, stored[number], clashes))
        elif line_changes(old[number], line):
            clashes.append(Clash(number, WHOLE, line, None, old[number], _name(line)))
            kept.append(line)
    present = {line.get("id") for line in ours}
    for line in theirs["lines"]:
        number = line["id"]
        if number in present:
            continue
        if number not in old:
            kept.insert(_after(kept, theirs["lines"], number), line)
        elif line_changes(old[number], line):
            clashes.append(Clash(number, WHOLE, None, line, old[number], _name(line)))
    return kept


def _line(old: Line, mine: Line, theirs: Line, clashes: list[Clash]) -> Line:
    joined = dict(mine)
    for name, keys in PARTS.items():
        if _alike(old, theirs, keys) or _alike(mine, theirs, keys):
            continue
        if _alike(old, mine, keys):
            joined |= {key: theirs.get(key) for key in keys}
        else:
            clash = Clash(mine["id"], name, mine.get(name), theirs.get(name), old.get(name))
            clashes.append(clash._replace(name=_name(mine)))
    return joined


def _alike(one: Line, other: Line, keys: tuple[str, ...]) -> bool:
    return all(same(one.get(key), other.get(key)) for key in keys)


def _after(kept: list[Line], order: list[Line], number: int | None) -> int:
    """Where a line of theirs belongs among ours: behind the one it stood behind."""
    numbers = [line["id"] for line in order]
    for before in reversed(numbers[: numbers.index(number)]):
        for at, line in enumerate(kept):
            if line.get("id") == before:
                return at + 1
    return 0 if numbers.index(number) == 0 else len(kept)


def _name(line: Line) -> str:
    return line.get("name") or line.get("code") or ""


def settle(merged: Merged, theirs: Collection[int]) -> Doc:
    """The joined document with their value at the clashes whose indexes are in `theirs`."""
    doc = merged.doc | {"lines": [dict(line) for line in merged.doc["lines"]]}
    for at, clash in enumerate(merged.clashes):
        if at not in theirs:
            if clash.field == WHOLE and clash.theirs is None:
                _unnumber(doc, clash.line)
            continue
        if clash.line is None:
            doc[clash.field] = clash.theirs
        elif clash.field != WHOLE:
            _settle_line(doc, merged, clash)
        elif clash.theirs is None:
            doc["lines"] = [line for line in doc["lines"] if line.get("id") != clash.line]
        else:
            doc["lines"].append(dict(clash.theirs))
    return doc


def _unnumber(doc: Doc, number: int | None) -> None:
    """A line that they removed and I keep is stored as a new one."""
    for line in doc["lines"]:
        if line.get("id") == number:
            line["id"] = None


def _settle_line(doc: Doc, merged: Merged, clash: Clash) -> None:
    stored = next(line for line in merged.theirs["lines"] if line["id"] == clash.line)
    for line in doc["lines"]:
        if line.get("id") == clash.line:
            line |= {key: stored.get(key) for key in PARTS[clash.field]}
