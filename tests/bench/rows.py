"""The rows of the measured office as COPY text: many customers, orders and lines, quickly made."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from server_schema.demo_words import City, Words
from server_schema.search import customer_keys

FIRST_DAY = date(2022, 1, 3)
DAYS = 1750
OPEN = 150  # of a thousand orders


@dataclass(frozen=True)
class Scale:
    """How large an office is measured."""

    name: str
    customers: int
    orders: int
    operators: int


SCALES = {
    "full": Scale("full", 200_000, 1_000_000, 200),
    "small": Scale("small", 4_000, 20_000, 20),
}


@dataclass(frozen=True)
class Product:
    """What a line repeats of a product; the price in cents."""

    id: int
    words: str  # code, name, specification and unit in COPY text
    cents: int


@dataclass
class Settings:
    """The ids that rows point at."""

    operators: list[int]
    regions: list[int]
    types: list[int]
    grades: list[int]
    products: list[Product]


CUSTOMER_COLUMNS = (
    "id, number, name, short_name, type_id, region_id, grade_id, owner_id, status, phone, mobile,"
    " address, created_by, created_at, changed_at, search_key, sort_key, sound_key, haystack"
)


def escaped(text: str) -> str:
    """A text as COPY wants it."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def owner_of(customer: int, settings: Settings) -> int:
    """Whose customer it is: spread evenly, known without looking it up."""
    return settings.operators[customer * 7919 % len(settings.operators)]


def region_of(customer: int, settings: Settings) -> int:
    """The region a customer is in."""
    return settings.regions[customer * 104_729 % len(settings.regions)]


def named_customers(count: int) -> Iterator[dict[str, str]]:
    """Names, telephone numbers and addresses of `count` made-up customers."""
    chance = random.Random(7)
    words = Words("zh_CN", chance)
    lists = words.lists
    cities = [City(*city) for region in lists["regions"] for city in region["cities"]]
    pick = chance.choice
    for _ in range(count):
        city = pick(cities)
        brand = pick(lists["brand_first"]) + pick(lists["brand_last"]) + pick("安宁和顺达昌盛华")
        trade = pick(lists["trades"])
        yield {
            "name": f"{city.name}{brand}{trade}有限公司",
            "short_name": brand + trade,
            "phone": words.landline(city),
            "mobile": words.mobile(),
            "address": words.address(city),
        }


def customers(scale: Scale, settings: Settings) -> Iterator[str]:
    """The customers, one COPY line each."""
    statuses = ("potential", "member", "member", "member", "dormant", "visited", "lost")
    for number, row in enumerate(named_customers(scale.customers), 1):
        keys = customer_keys(row)
        code = f"C-{number:05d}"
        day = FIRST_DAY - timedelta(days=number % 900)
        fields = (
            str(number),
            code,
            row["name"],
            row["short_name"],
            str(settings.types[number % len(settings.types)]),
            str(region_of(number, settings)),
            str(settings.grades[0 if number % 9 else number % len(settings.grades)]),
            str(owner_of(number, settings)),
            statuses[number % 7],
            row["phone"],
            row["mobile"],
            row["address"],
            str(settings.operators[0]),
            f"{day} 09:30",
            f"{day} 09:30",
            keys["search_key"] or "",
            keys["sort_key"] or "",
            keys["sound_key"] or "",
            f"{code.lower()}\n{keys['search_key']}",
        )
        yield "\t".join(map(escaped, fields)) + "\n"


ORDER_COLUMNS = (
    "id, number, number_source, customer_id, owner_id, order_date, salesperson_id,"
    " customer_region_id, salesperson_region_id, currency, status, total, tax_total, created_by,"
    " created_at, changed_at, due_date, received"
)
RECEIPT_COLUMNS = (
    "id, number, number_source, customer_id, owner_id, receipt_date, handler_id, currency, amount,"
    " status, created_by, created_at, changed_at"
)
LINE_COLUMNS = (
    "order_id, customer_id, owner_id, position, product_id, product_code, product_name,"
    " specification, unit, quantity, unit_price, discount, tax_rate"
)


def order_lines(order: int, settings: Settings) -> list[tuple[Product, int, int]]:
    """The lines of one order as (product, quantity, discount in hundredths); 1 to 5, 3 on average.

    Worked out from the order's number alone, so that orders and lines are made apart and agree.
    """
    seed = order * 2_654_435_761 % 2**32
    lines = []
    for place in range(seed % 5 + 1):
        seed = (seed * 1_664_525 + 1_013_904_223) % 2**32
        product = settings.products[(seed >> 8) % len(settings.products)]
        lines.append((product, (seed >> 16) % 200 + 1, 5 if place == 1 else 0))
    return lines


def orders(scale: Scale, settings: Settings) -> Iterator[str]:
    """The orders, one COPY line each, older ones first."""
    regions = {owner: region_of(n, settings) for n, owner in enumerate(settings.operators)}
    days = [str(FIRST_DAY + timedelta(days=n)) for n in range(DAYS)]
    for number in range(1, scale.orders + 1):
        day = days[(number - 1) * DAYS // scale.orders]
        customer = number * 15_485_863 % scale.customers + 1
        owner = owner_of(customer, settings)
        total = net = 0
        for product, quantity, discount in order_lines(number, settings):
            amount = (quantity * product.cents * (100 - discount) + 50) // 100
            total += amount
            net += (200 * amount + 113) // 226
        status = "cancelled" if number % 40 == 0 else "completed"
        received = 0 if status == "cancelled" else total - owed(number, total)
        due = days[min((number - 1) * DAYS // scale.orders + 30, DAYS - 1)]
        yield (
            f"{number}\tSO-{day[:4]}-{number:07d}\trule\t{customer}\t{owner}\t{day}\t{owner}"
            f"\t{region_of(customer, settings)}\t{regions[owner]}\tCNY\t{status}"
            f"\t{total / 100:.2f}\t{(total - net) / 100:.2f}\t{owner}\t{day} 10:00\t{day} 10:00"
            f"\t{due}\t{received / 100:.2f}\n"
        )


def owed(order: int, total: int) -> int:
    """What is not paid yet: all or a part of every seventh order, else nothing."""
    if order * 48_271 % 1000 >= OPEN:
        return 0
    return total if order % 3 else max(total * (order % 7) // 7, 1)


def receipts(scale: Scale, settings: Settings) -> Iterator[str]:
    """Money paid ahead by every fiftieth customer, one COPY line each."""
    for number, customer in enumerate(range(50, scale.customers + 1, 50), 1):
        owner = owner_of(customer, settings)
        day = FIRST_DAY + timedelta(days=number % DAYS)
        yield (
            f"{number}\tRC-{number:07d}\trule\t{customer}\t{owner}\t{day}\t{owner}\tCNY"
            f"\t{number % 9000 + 100}.00\tposted\t{owner}\t{day} 10:00\t{day} 10:00\n"
        )


def lines(scale: Scale, settings: Settings) -> Iterator[str]:
    """The orders' lines, one COPY line each."""
    for number in range(1, scale.orders + 1):
        customer = number * 15_485_863 % scale.customers + 1
        head = f"{number}\t{customer}\t{owner_of(customer, settings)}"
        for place, (product, quantity, discount) in enumerate(order_lines(number, settings), 1):
            yield (
                f"{head}\t{place}\t{product.id}\t{product.words}\t{quantity}"
                f"\t{product.cents / 100:.2f}\t{discount / 100}\t0.13\n"
            )
