"""Merges two changes of one document: different changes are joined, the same ones are asked about.

Lines are the same if they have the same id, wherever they stand; new lines have only their key.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from client.data.priced.edit import WRONG, Doc, Line, filled, line_changes, same, with_ids
from client.data.priced.kinds import DocumentKind

# What belongs together in a line: a product comes with its code, name and unit, never half of it.
PARTS = {
    "name": ("product_id", "code", "name", "specification", "unit"),
    **{key: (key,) for key in ("quantity", "unit_price", "discount", "tax_rate", "remarks")},
}
WHOLE = "line"  # the field of a clash about a line's being there at all
PLACES = "lines"  # the field of a clash about the order in which the lines stand


class Clash(NamedTuple):
    """Something that both changed; `line` is None in the head.

    If `field` is WHOLE, one removed the line and `mine` or `theirs` is None; if it is PLACES, both
    moved lines, and the values are whole lines.
    """

    line: int | str | None
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
    doc.pop(WRONG, None)
    if mine.get(WRONG):
        doc[WRONG] = mine[WRONG]
    doc["lines"] = _lines(base, mine, theirs, clashes)
    return Merged(doc, clashes, theirs)


def typed_since(asked: Doc, typed: Doc, sent: Doc, kind: DocumentKind) -> Doc:
    """What was sent when `asked` was to be stored, with what was typed after that."""
    known = sent | {"lines": filled(sent["lines"])}
    before, now = (with_ids(doc, sent, known) for doc in (asked, typed))
    return merge(before, now, sent, kind).doc


def _key(line: Line) -> int | str:
    number = line.get("id")
    return number if number is not None else str(line.get("key"))


def _lines(base: Doc, mine: Doc, theirs: Doc, clashes: list[Clash]) -> list[Line]:
    old = {_key(line): line for line in base["lines"]}
    stored = {_key(line): line for line in theirs["lines"]}
    ours = filled(mine["lines"])
    kept: list[Line] = []
    for line in ours:
        number = _key(line)
        if number not in old:
            kept.append(line)
        elif number in stored:
            kept.append(_line(old[number], line, stored[number], clashes))
        elif line_changes(old[number], line):
            clashes.append(Clash(number, WHOLE, line, None, old[number], _name(line)))
            kept.append(line)
    present = {_key(line) for line in ours}
    for number, line in stored.items():
        if number in present:
            continue
        if number not in old:
            kept.insert(_after(kept, theirs["lines"], number), line)
        elif line_changes(old[number], line):
            clashes.append(Clash(number, WHOLE, None, line, old[number], _name(line)))
    return _in_order(base["lines"], kept, theirs["lines"], clashes)


def _in_order(
    base: list[Line], kept: list[Line], theirs: list[Line], clashes: list[Clash]
) -> list[Line]:
    """The joined lines as the one put them who moved any; mine where both did."""
    common = set(map(_key, base)) & set(map(_key, kept)) & set(map(_key, theirs))
    was, mine, stored = (
        [line for line in lines if _key(line) in common] for lines in (base, kept, theirs)
    )
    if list(map(_key, stored)) in (list(map(_key, was)), list(map(_key, mine))):
        return kept
    if list(map(_key, mine)) == list(map(_key, was)):
        return _placed(kept, theirs)
    clashes.append(Clash(None, PLACES, mine, stored, was))
    return kept


def _placed(lines: list[Line], like: list[Line]) -> list[Line]:
    """The lines in the order they have in `like`; others stay behind the line they stand behind."""
    places = {_key(line): at for at, line in enumerate(like)}
    at, found = -1, []
    for line in lines:
        at = places.get(_key(line), at)
        found.append((at, line))
    return [line for _at, line in sorted(found, key=lambda pair: pair[0])]


def _line(old: Line, mine: Line, theirs: Line, clashes: list[Clash]) -> Line:
    joined = dict(mine)
    for name, keys in PARTS.items():
        if _alike(old, theirs, keys) or _alike(mine, theirs, keys):
            continue
        if _alike(old, mine, keys):
            joined |= {key: theirs.get(key) for key in keys}
        else:
            clash = Clash(_key(mine), name, mine.get(name), theirs.get(name), old.get(name))
            clashes.append(clash._replace(name=_name(mine)))
    return joined


def _alike(one: Line, other: Line, keys: tuple[str, ...]) -> bool:
    return all(same(one.get(key), other.get(key)) for key in keys)


def _after(kept: list[Line], order: list[Line], number: int | str) -> int:
    """Where a line of theirs belongs among ours: behind the one it stood behind."""
    numbers = [_key(line) for line in order]
    for before in reversed(numbers[: numbers.index(number)]):
        for at, line in enumerate(kept):
            if _key(line) == before:
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
        elif clash.field == PLACES:
            doc["lines"] = _placed(doc["lines"], merged.theirs["lines"])
        elif clash.line is None:
            doc[clash.field] = clash.theirs
        elif clash.field != WHOLE:
            _settle_line(doc, merged, clash)
        elif clash.theirs is None:
            doc["lines"] = [line for line in doc["lines"] if _key(line) != clash.line]
        else:
            place = _after(doc["lines"], merged.theirs["lines"], clash.line)
            doc["lines"].insert(place, dict(clash.theirs))
    return doc


def _unnumber(doc: Doc, number: int | str | None) -> None:
    """A line that they removed and I keep is stored as a new one."""
    for line in doc["lines"]:
        if _key(line) == number:
            line["id"] = None


def _settle_line(doc: Doc, merged: Merged, clash: Clash) -> None:
    stored = next(line for line in merged.theirs["lines"] if _key(line) == clash.line)
    for line in doc["lines"]:
        if _key(line) == clash.line:
            line |= {key: stored.get(key) for key in PARTS[clash.field]}
