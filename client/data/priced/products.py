"""The products an order line can name, kept small enough to be searched at every keystroke.

An office has a few thousand of them: they are read once and looked up here, by exact code or
barcode, by the beginning of a code, by pinyin initials and by any part of the name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from client.model import Product
from server_schema.search import initials, search_key

COLUMNS = (
    "id",
    "code",
    "name",
    "specification",
    "unit",
    "unit_price",
    "tax_rate",
    "barcode",
    "active",
)


@dataclass(frozen=True, slots=True)
class Item:
    """One product as a line takes it over; prices and rates are None where none is set."""

    id: int
    code: str
    name: str
    specification: str = ""
    unit: str = ""
    unit_price: Decimal | None = None
    tax_rate: Decimal | None = None
    barcode: str = ""
    active: bool = True
    keys: tuple[str, str, str, str] = field(default=("", "", "", ""), compare=False, repr=False)
    initials: tuple[str, ...] = field(default=(), compare=False, repr=False)


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

    def exact(self, text: str) -> Item | None:
        """The one product meant by a whole code, barcode or name; None when it is not certain."""
        wanted = folded(text)
        if not wanted:
            return None
        for place in range(3):
            found = [item for item in self._offered if item.keys[place] == wanted]
            if found:
                return found[0] if len(found) == 1 else None
        return None

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
    texts = {key: row[key] or "" for key in ("specification", "unit", "barcode")}
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


def folded(text: str) -> str:
    """Typed and stored text in one shape, its blanks made single."""
    return " ".join(search_key(text).split())
