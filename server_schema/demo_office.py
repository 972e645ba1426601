"""A fictional office of some 200 customers, made from a seed: the rows, not yet in a database.

References between rows are the rows' own numbers, counted from 1 in each table; whoever stores
them decides the ids.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from server_schema.demo_money import Money
from server_schema.demo_orders import make_orders
from server_schema.demo_quotes import Quoting
from server_schema.demo_sending import Sending
from server_schema.demo_steps import Row, moment
from server_schema.demo_terms import agree, limit_credit, make_payers
from server_schema.demo_words import City, Words

CUSTOMERS = 200
ORDERS = 1000
YEARS = 3
BOSS = 2  # among the operators
POOL = 0  # stands for the built-in public pool where an owner is named


@dataclass
class Office:
    """The rows by table, in an order in which they can be stored, and who may log in."""

    settings: dict[str, str]
    tables: dict[str, list[Row]] = field(default_factory=dict)
    people: list[Row] = field(default_factory=list)  # login, name, what, rights, scope
    earlier: list[Row] = field(default_factory=list)  # what revisions of quotes were sent before


def make(language: str, seed: int, until: date) -> Office:
    """The office as it stands at the end of the day `until`; same arguments, same office."""
    chance = random.Random(f"{seed}-{language}")
    words = Words(language, chance)
    office = Office(words.lists["office"])
    tables = office.tables
    tables |= {name: _codes(rows) for name, rows in words.lists["codes"].items()}
    tables["region"], places = _regions(words)
    tables["department"] = _departments(words)
    tables["operator"] = _operators(words, tables)
    office.people = words.lists["operators"]
    tables["product"] = [{"id": n, **row} for n, row in enumerate(words.products(), 1)]
    tables["customer"] = _customers(words, chance, places, tables, until)
    tables["contact"] = _contacts(words, chance, tables["customer"])
    orders, lines = make_orders(words, chance, tables, until, ORDERS, YEARS)
    tables["sales_order"], tables["order_line"] = orders, lines
    _judge_customers(tables["customer"], orders, chance, until)
    payers = make_payers(words, chance, tables, until)
    agree(chance, tables, payers)
    limit_credit(tables, payers, until)
    deliveries = Sending(words, chance, tables, until).make()
    tables["delivery"], tables["delivery_line"] = deliveries
    receipts = Money(words, chance, tables, payers, until).make()
    tables["receipt"], tables["receipt_allocation"] = receipts
    tables["quote"], tables["quote_line"], office.earlier = Quoting(
        words, chance, tables, until
    ).make()
    tables["customer_group"], tables["group_member"] = _groups(words, tables["customer"], seed)
    return office


def _codes(rows: list[list[str]]) -> list[Row]:
    return [
        {"id": n, "code": code, "name": name, "sort_order": n * 10}
        for n, (code, name) in enumerate(rows, 1)
    ]


def _regions(words: Words) -> tuple[list[Row], list[tuple[int, City, str]]]:
    """The regions, and every city as (its region's row number, the city, the upper code)."""
    rows: list[Row] = []
    places = []
    for region in words.lists["regions"]:
        rows.append({"id": len(rows) + 1, "code": region["code"], "name": region["name"]})
        parent = rows[-1]["id"]
        for n, city in enumerate(words.cities(region), 1):
            code = f"{region['code']}{n:02d}"
            rows.append({"id": len(rows) + 1, "code": code, "name": city.name, "parent_id": parent})
            places.append((rows[-1]["id"], city, region["code"]))
    return rows, places


def _groups(words: Words, customers: list[Row], seed: int) -> tuple[list[Row], list[Row]]:
    """The office's groups, and one that the boss keeps; every second customer or so is in one."""
    chance = random.Random(f"{seed}-groups")
    rows = [{"id": n, "name": name} for n, name in enumerate(words.lists["groups"], 1)]
    rows[-1]["private_to"] = BOSS
    members: list[Row] = []
    for customer in customers:
        for group in rows:
            if chance.random() < 0.15:
                member = {"group_id": group["id"], "customer_id": customer["id"]}
                member |= {"owner_id": customer["owner_id"], "private_to": group.get("private_to")}
                members.append({"id": len(members) + 1, **member})
    return rows, members


def _departments(words: Words) -> list[Row]:
    rows = words.lists["departments"]
    numbers = {code: n for n, (code, _, _) in enumerate(rows, 1)}
    heads = {"D01": 2, "D02": 4, "D03": 7}
    return [
        {
            "id": numbers[code],
            "code": code,
            "name": name,
            "parent_id": numbers.get(parent),
            "head_id": heads[code],
        }
        for code, name, parent in rows
    ]


def _operators(words: Words, tables: dict[str, list[Row]]) -> list[Row]:
    by_code = {name: {row["code"]: row["id"] for row in rows} for name, rows in tables.items()}
    return [
        {
            "id": n,
            "code": person["code"],
            "name": person["name"],
            "login": person["login"],
            "region_id": by_code["region"][person["region"]],
            "department_id": by_code["department"][person["department"]],
            "staff_type_id": by_code["staff_type"][person["staff"]],
            "position_id": by_code["position"][person["position"]],
            "rights": person["rights"],
            "scope": person["scope"],
            "phone": words.mobile(),
            "email": f"{person['login']}@example.com",
        }
        for n, person in enumerate(words.lists["operators"], 1)
    ]


def _owners(words: Words) -> dict[str, list[tuple[int, int]]]:
    """Per upper region the operators who sell there, with how likely each is."""
    south, east, third, fourth = (region["code"] for region in words.lists["regions"])
    return {
        south: [(5, 6), (4, 2), (6, 2)],
        east: [(7, 3), (8, 4)],
        third: [(8, 6), (7, 1)],
        fourth: [(6, 6), (4, 1)],
    }


def _customers(
    words: Words,
    chance: random.Random,
    places: list[tuple[int, City, str]],
    tables: dict[str, list[Row]],
    until: date,
) -> list[Row]:
    owners = _owners(words)
    weights = [3.0 / (1 + n % 7) for n in range(len(places))]
    days = _days_of_entry(chance, until)
    special = dict(
        zip(chance.sample(range(CUSTOMERS), 4), words.lists["special_companies"], strict=True)
    )
    rows = []
    for n in range(CUSTOMERS):
        region, city, upper = chance.choices(places, weights)[0]
        people, likely = zip(*owners[upper], strict=True)
        name, short = words.company(city)
        since = days[n]
        made = moment(since, chance)
        owner = chance.choices(people, likely)[0]
        rows.append(
            {
                "id": n + 1,
                "number": f"C-{n + 1:05d}",
                "kind": "company",
                "name": special.get(n, name),
                "short_name": special.get(n, short)[:60] if n in special else short,
                "region_id": region,
                "owner_id": POOL if chance.random() < 0.05 else owner,
                **_classes(words, chance, tables),
                **_reach(words, chance, city, n),
                "founded_on": since - timedelta(days=chance.randint(400, 9000)),
                "created_by": chance.choice((3, 3, owner)),
                "created_at": made,
                "changed_at": made,
            }
        )
    return rows


def _days_of_entry(chance: random.Random, until: date) -> list[date]:
    """Nearly half were customers before the books begin; the others came since. Oldest first."""
    begin = 365 * YEARS
    ages = [
        chance.randint(begin + 20, begin + 1000) if n % 9 < 4 else chance.randint(0, begin - 10)
        for n in range(CUSTOMERS)
    ]
    return sorted(until - timedelta(days=age) for age in ages)


def _classes(words: Words, chance: random.Random, tables: dict[str, list[Row]]) -> Row:
    """What kind of customer it is, and what the office noted."""

    def code(table: str, *weights: float) -> int:
        return int(chance.choices(tables[table], weights)[0]["id"])

    def maybe(name: str, likely: float) -> str | None:
        return words.pick(name) if chance.random() < likely else None

    return {
        "type_id": code("customer_type", 5, 3, 2, 2),
        "source_id": code("customer_source", 4, 4, 2, 2, 1),
        "industry_id": code("industry", 4, 3, 3, 2, 2, 1),
        "enterprise_kind_id": code("enterprise_kind", 7, 1, 1, 3),
        "sales_method_id": code("sales_method", 5, 3, 1),
        "grade_id": 1,
        "size": words.pick("sizes"),
        "tags": sorted(chance.sample(words.lists["tags"], chance.choices((0, 1, 2), (5, 3, 1))[0])),
        "needs": maybe("needs", 0.35),
        "description": maybe("descriptions", 0.4),
    }


def _reach(words: Words, chance: random.Random, city: City, n: int) -> Row:
    """Telephone, mail, address, invoice and bank."""
    digits = "".join(chance.choices("0123456789", k=12))
    return {
        "phone": words.landline(city),
        "mobile": words.mobile() if chance.random() < 0.5 else None,
        "email": f"office{n + 1}@example.com",
        "website": f"www{n + 1}.example.com" if chance.random() < 0.4 else None,
        "address": words.address(city),
        "postcode": city.postcode,
        "tax_number": f"00{digits}{n + 1:04d}",
        "bank": words.pick("banks").format(city=city.name),
        "bank_account": f"0000 {digits[:4]} {digits[4:8]} {n + 1:04d}",
        "credit_limit": chance.choice((None, *(Decimal(k * 1000) for k in (20, 50, 100, 200)))),
    }


def _contacts(words: Words, chance: random.Random, customers: list[Row]) -> list[Row]:
    rows: list[Row] = []
    for customer in customers:
        for n in range(chance.choices((1, 2, 3), (4, 4, 2))[0]):
            person = words.person()
            rows.append(
                {
                    "id": len(rows) + 1,
                    "customer_id": customer["id"],
                    "owner_id": customer["owner_id"],
                    "name": person.name,
                    "gender": person.gender,
                    "title": words.pick("person_titles"),
                    "department": words.pick("person_departments"),
                    "mobile": words.mobile(),
                    "phone": customer["phone"] if n == 0 else None,
                    "email": f"contact{len(rows) + 1}@example.com",
                    "wechat": f"demo_{len(rows) + 1:04d}" if chance.random() < 0.6 else None,
                    "hobbies": words.pick("hobbies") if chance.random() < 0.25 else None,
                    "is_primary": n == 0,
                    "created_by": customer["created_by"],
                    "created_at": customer["created_at"],
                    "changed_at": customer["changed_at"],
                }
            )
    return rows


def _judge_customers(
    customers: list[Row], orders: list[Row], chance: random.Random, until: date
) -> None:
    """Grade and status follow from what was bought, and when last."""
    bought: dict[int, Decimal] = {}
    last: dict[int, date] = {}
    for order in orders:
        if order["status"] not in ("draft", "cancelled"):
            customer = order["customer_id"]
            bought[customer] = bought.get(customer, Decimal(0)) + order["total"]
            last[customer] = max(order["order_date"], last.get(customer, order["order_date"]))
    best = sorted(bought, key=lambda customer: -bought[customer])
    for customer in customers:
        number = customer["id"]
        if number in best[:40]:
            customer["grade_id"] = 3 if number in best[:12] else 2
        elif number not in last and chance.random() < 0.12:
            customer["grade_id"] = 2
        if number not in last:
            customer["status"] = chance.choices(("potential", "visited", "lost"), (6, 3, 1))[0]
        elif (until - last[number]).days < 300:
            customer["status"] = "member"
        else:
            customer["status"] = "dormant"
