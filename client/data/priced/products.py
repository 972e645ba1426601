"""The products an order line can name, kept small enough to be searched at every keystroke.

An office has a few thousand of them: they are read once and looked up here, by exact code or
barcode, by the beginning of a code, by pinyin initials and by any part of the name.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from client.model import Product
from server_schema.search import initials, search_key

COLUMNS = (
    "id",
    "code",
    "name",
    "specification",
    "category",
    "unit",
    "unit_price",
    "tax_rate",
    "barcode",
    "active",
)
LEAST_ALIKE = 0.34  # the part of a text's pairs of letters that a product must share


@dataclass(frozen=True, slots=True)
class Item:
    """One product as a line takes it over; prices and rates are None where none is set."""

    id: int
    code: str
    name: str
    specification: str = ""
    category: str = ""
    unit: str = ""
    unit_price: Decimal | None = None
    tax_rate: Decimal | None = None
    barcode: str = ""
    active: bool = True
    keys: tuple[str, str, str, str] = field(default=("", "", "", ""), compare=False, repr=False)
    initials: tuple[str, ...] = field(default=(), compare=False, repr=False)


class Pick(NamedTuple):
    """A product taken into a line; without a quantity it is asked for, without a price the
    list's stands."""

    item: Item
    quantity: Decimal | None = None
    unit_price: Decimal | None = None


class ProductIndex:
    """All living products; inactive ones are found by id, but offered to nobody."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._items = tuple(items)
        self._offered = tuple(item for item in self._items if item.active)
        self._by_id = {item.id: item for item in self._items}

    def __len__(self) -> int:
        return len(self._offered)

    def by_id(self, product_id: int | None) -> Item | None:
        return self._by_id.get(product_id) if product_id is not None else None

    def with_item(self, item: Item) -> "ProductIndex":
        """The same products and `item`, instead of an older state of it."""
        return ProductIndex([*(known for known in self._items if known.id != item.id), item])

    def unsold(self, product_id: int | None) -> bool:
        """Whether the product is known to be sold no more."""
        known = self.by_id(product_id)
        return bool(self._items) and product_id is not None and (known is None or not known.active)

    def exact(self, text: str) -> Item | None:
        """The one product meant by a whole code, barcode or name; None when it is not certain."""
        wanted = folded(text)
        if not wanted:
            return None
        for known in self._named:
            if found := known.get(wanted):
                return found[0] if len(found) == 1 else None
        return None

    @cached_property
    def _named(self) -> tuple[dict[str, list[Item]], ...]:
        """The products by code, by barcode and by name."""
        places: tuple[dict[str, list[Item]], ...] = ({}, {}, {})
        for item in self._offered:
            for known, key in zip(places, item.keys, strict=False):
                if key:
                    known.setdefault(key, []).append(item)
        return places

    def search(self, text: str, limit: int = 12) -> list[Item]:
        """The best matches for what is typed, best first; the first products for nothing."""
        wanted = folded(text)
        if not wanted:
            return sorted(self._offered, key=_code)[:limit]
        ranked = [
            (rank, item.code, item)
            for item in self._offered
            if (rank := _rank(item, wanted)) is not None
        ]
        ranked.sort(key=lambda entry: entry[:2])
        return [item for _rank_, _code_, item in ranked[:limit]]

    def likely(self, text: str, limit: int = 9) -> list[Item]:
        """What a text written elsewhere may mean: as `search`, else those spelt most alike."""
        if found := self.search(text, limit) if text.strip() else []:
            return found
        pairs = _pairs(folded(text))
        shared = Counter(place for pair in pairs for place in self._by_pair.get(pair, ()))
        alike = [
            (-count, self._offered[place].code, place)
            for place, count in shared.items()
            if count >= LEAST_ALIKE * len(pairs)
        ]
        return [self._offered[place] for _count, _code, place in sorted(alike)[:limit]]

    @cached_property
    def _by_pair(self) -> dict[str, list[int]]:
        """Where each pair of letters stands."""
        found: dict[str, list[int]] = {}
        for place, item in enumerate(self._offered):
            code, _barcode, name, specification = item.keys
            for pair in _pairs(f"{name} {specification}") | _pairs(code):
                found.setdefault(pair, []).append(place)
        return found


def _pairs(text: str) -> set[str]:
    """Each two letters that stand beside each other, blanks left out."""
    letters = "".join(text.split())
    return {letters[at : at + 2] for at in range(len(letters) - 1)} or ({letters} - {""})


def _code(item: Item) -> str:
    return item.code


def _rank(item: Item, wanted: str) -> int | None:
    """How well a product fits: the less, the better; None when it does not."""
    code, barcode, name, specification = item.keys
    if wanted in (code, barcode):
        return 0
    if code.startswith(wanted):
        return 1
    if wanted in item.initials:
        return 2
    if name.startswith(wanted):
        return 3
    if any(spelling.startswith(wanted) for spelling in item.initials):
        return 4
    if wanted in name:
        return 5
    if wanted in code or (barcode and barcode.startswith(wanted)):
        return 6
    if any(wanted in spelling for spelling in item.initials):
        return 7
    words = wanted.split()
    whole = f"{code} {name} {specification}"
    return 8 if words and all(word in whole for word in words) else None


def item_of(row: Mapping[str, Any]) -> Item:
    """A product from a row with the columns of `COLUMNS`."""
    texts = {key: row.get(key) or "" for key in ("specification", "category", "unit", "barcode")}
    keys = tuple(folded(row[key] or "") for key in ("code", "barcode", "name", "specification"))
    return Item(
        id=row["id"],
        code=row["code"],
        name=row["name"],
        unit_price=row["unit_price"],
        tax_rate=row["tax_rate"],
        active=bool(row["active"]),
        keys=keys,  # type: ignore[arg-type]
        initials=tuple(initials(row["name"])),
        **texts,
    )


def load(session: Session) -> ProductIndex:
    """Every product one may see, in one reading."""
    columns = [getattr(Product, name) for name in COLUMNS]
    rows = session.execute(select(*columns).where(Product.deleted_at.is_(None))).mappings()
    return ProductIndex(item_of(dict(row)) for row in rows)


def load_one(session: Session, product_id: int) -> Item | None:
    """One product; None where there is none to be seen."""
    columns = [getattr(Product, name) for name in COLUMNS]
    found = session.execute(select(*columns).where(Product.id == product_id)).mappings().first()
    return item_of(dict(found)) if found is not None else None


def folded(text: str) -> str:
    """Typed and stored text in one shape, its blanks made single."""
    return " ".join(search_key(text).split())
