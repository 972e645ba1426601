"""The words the demo office is made of, and how people, companies and places come of them.

Everything is fictional: the lists are our own, mail goes to example.com, and no carrier has the
telephone numbers.
"""

import csv
import json
import random
from decimal import Decimal
from typing import Any, NamedTuple

from resources import ROOT

FOLDER = ROOT / "demo"


class Person(NamedTuple):
    """Somebody at a customer."""

    name: str
    gender: str


class City(NamedTuple):
    """A place: its name, telephone area and postcode."""

    name: str
    area: str
    postcode: str


class Words:
    """One language's lists, drawn from by one random generator: same seed, same words."""

    def __init__(self, language: str, chance: random.Random) -> None:
        self.language = language
        self.lists: dict[str, Any] = json.loads(
            (FOLDER / f"{language}.json").read_text(encoding="utf-8")
        )
        self._chance = chance
        self._taken: set[str] = set()

    def pick(self, name: str) -> str:
        """Any one word of the list `name`."""
        return str(self._chance.choice(self.lists[name]))

    def person(self) -> Person:
        """A contact's name and gender."""
        gender = self._chance.choice(("male", "female"))
        given = self.pick(f"given_{gender}")
        name = self.lists["name_order"].format(surname=self.pick("surnames"), given=given)
        return Person(name, gender)

    def company(self, city: City) -> tuple[str, str]:
        """A company's name, met once only, and its short name."""
        while True:
            brand = self.pick("brand_first") + self.pick("brand_last")
            if brand in self._taken:
                continue
            self._taken.add(brand)
            if self._chance.random() < 0.7:
                trade, form = self.pick("trades"), self.pick("forms")
            else:
                trade, form = self.pick("firm_trades"), self.lists["forms"][0]
            parts = {"city": city.name, "brand": brand, "trade": trade, "form": form}
            return (
                self.lists["company"].format(**parts),
                self.lists["short"].format(**parts),
            )

    def address(self, city: City) -> str:
        """A street address in `city`."""
        return str(self.lists["address"]).format(
            city=city.name,
            street=self.pick("streets"),
            number=self._chance.randint(2, 388),
            building=self.pick("buildings"),
            room=self._chance.randint(2, 28) * 100 + self._chance.randint(1, 16),
        )

    def landline(self, city: City) -> str:
        """A telephone number in `city` that nobody can have."""
        return self._phone("landline", city.area)

    def mobile(self) -> str:
        """A mobile number that nobody can have."""
        return self._phone("mobile", "")

    def _phone(self, shape: str, area: str) -> str:
        draw = self._chance.randint
        return str(self.lists[shape]).format(
            area=area, a=draw(2, 9), b=draw(100, 9999), c=draw(1000, 9999), d=draw(0, 99)
        )

    def cities(self, region: dict[str, Any]) -> list[City]:
        """The cities of one of the regions."""
        return [City(*city) for city in region["cities"]]

    def products(self) -> list[dict[str, Any]]:
        """The products the office sells, as rows of the product table without ids."""
        with (FOLDER / "products.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        texts = ("category", "name", "specification", "unit")
        return [
            {
                "code": row["code"],
                **{name: row[f"{name}_{self.language}"] for name in texts},
                "unit_price": Decimal(row["price"]),
                "tax_rate": Decimal("0.13"),
                "barcode": f"20{row['code'][2:]}{number:05d}",
            }
            for number, row in enumerate(rows, 1)
        ]
