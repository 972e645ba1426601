"""What one page shows and several rows of a table keep: the office's own data, and its numbers."""

from typing import Any, ClassVar

from sqlalchemy import Boolean, Integer, String, Text
from sqlalchemy.types import LargeBinary, TypeEngine

from client.i18n import N_
from client.model.base import Entity, Field, field_of_card

CURRENCIES = (
    ("CNY", N_("CNY Chinese yuan")),
    ("HKD", N_("HKD Hong Kong dollar")),
    ("MOP", N_("MOP Macau pataca")),
    ("TWD", N_("TWD New Taiwan dollar")),
    ("USD", N_("USD US dollar")),
    ("EUR", N_("EUR euro")),
    ("GBP", N_("GBP pound sterling")),
    ("JPY", N_("JPY Japanese yen")),
)
# As the database calls them; the one that an office has is kept, whichever it is.
TIME_ZONES = (
    ("Asia/Shanghai", N_("China")),
    ("Asia/Urumqi", N_("China, Xinjiang")),
    ("Asia/Hong_Kong", N_("Hong Kong")),
    ("Asia/Macau", N_("Macau")),
    ("Asia/Taipei", N_("Taiwan")),
    ("Asia/Singapore", N_("Singapore")),
    ("Asia/Tokyo", N_("Japan")),
    ("Asia/Seoul", N_("Korea")),
    ("Asia/Ho_Chi_Minh", N_("Vietnam")),
    ("Asia/Bangkok", N_("Thailand")),
    ("Asia/Jakarta", N_("Indonesia, Jakarta")),
    ("Asia/Kolkata", N_("India")),
    ("Asia/Dubai", N_("Emirates")),
    ("Europe/Moscow", N_("Russia, Moscow")),
    ("Europe/Berlin", N_("Germany")),
    ("Europe/London", N_("United Kingdom")),
    ("America/New_York", N_("USA, New York")),
    ("America/Chicago", N_("USA, Chicago")),
    ("America/Los_Angeles", N_("USA, Los Angeles")),
    ("Australia/Sydney", N_("Australia, Sydney")),
    ("UTC", "UTC"),
)
# In this order on the page; the office has those that its database numbers.
NUMBERED = (
    ("customer", N_("Customers")),
    ("quote", N_("Quotes")),
    ("order", N_("Sales orders")),
    ("delivery", N_("Deliveries")),
    ("receipt", N_("Receipts")),
)
DATE_PARTS = (
    ("", N_("None")),
    ("YYYY", N_("Year")),
    ("YYYYMM", N_("Year and month")),
    ("YYYYMMDD", N_("Day")),
)
RESETS = (
    ("never", N_("Never")),
    ("year", N_("Each year")),
    ("month", N_("Each month")),
    ("day", N_("Each day")),
)


def _card(*declared: Field) -> dict[str, Field]:
    return {field.name: field for field in declared}


def _text(name: str, label: str, length: int, width: int = 12, **more: Any) -> Field:
    return field_of_card(name, label, String(length), "text", width=width, **more)


def _long(name: str, label: str) -> Field:
    return field_of_card(name, label, Text(), "long", width=24)


def _whole(name: str, label: str, **more: Any) -> Field:
    return field_of_card(name, label, Integer(), "integer", required=True, **more)


def _yes_no(name: str, label: str, meaning: str) -> Field:
    return field_of_card(name, label, Boolean(), "yes_no", help=meaning, width=24)


class OfficeCard(Entity):
    """Who the office is, and how it makes its papers: rows of the table `setting` by key."""

    __tablename__ = "setting"
    LABEL = N_("Office")
    PLURAL = N_("Office")
    TITLE = "office_name"
    NOTE = N_("Stands on every paper, and holds for everybody")
    FIELDS: ClassVar[dict[str, Field]] = _card(
        _text("office_name", N_("Office name"), 120, required=True),
        _text("office_address", N_("Address"), 200, 24),
        _text("office_phone", N_("Phone"), 60),
        _text("office_bank", N_("Bank"), 120),
        _text("office_bank_account", N_("Bank account"), 60),
        field_of_card("office_logo", N_("Logo"), LargeBinary(), "picture", width=24),
        _long("office_terms", N_("Terms on orders")),
        _long("office_quote_terms", N_("Terms on quotes")),
        field_of_card("office_copies", N_("Copies"), Text(), "tags", width=24),
        _yes_no("office_seal_box", N_("Seal"), N_("Leave a box for the seal")),
        _yes_no(
            "office_print_repeat",
            N_("Second print"),
            N_("Say on the paper that it is not the first"),
        ),
        field_of_card("currency", N_("Currency"), String(3), "choice", choices=CURRENCIES),
        field_of_card(
            "time_zone",
            N_("Time zone"),
            String(64),
            "choice",
            choices=TIME_ZONES,
            help=N_("By this clock days begin, on every computer"),
        ),
        _yes_no(
            "orders_need_approval", N_("Approval"), N_("Orders are delivered only after approval")
        ),
        field_of_card(
            "key_fields",
            N_("Key fields"),
            Text(),
            "tags",
            width=24,
            help=N_("Fields of customers that change only with a reason"),
        ),
        _yes_no(
            "key_fields_need_approval",
            N_("Key fields"),
            N_("Change only after somebody else has approved"),
        ),
        _yes_no(
            "owner_needs_approval",
            N_("Owner"),
            N_("Handing over needs that approval as well"),
        ),
        _whole("payment_days", N_("Days to pay")),
        _whole("quote_valid_days", N_("Days a quote holds")),
        _whole("idle_lock_minutes", N_("Minutes to lock"), help=N_("0: windows are never locked")),
    )
    FORM = (
        (
            N_("Basics"),
            ("office_name", "office_phone", "office_address", "office_bank", "office_bank_account"),
        ),
        (
            N_("Papers"),
            (
                "office_logo",
                "office_terms",
                "office_quote_terms",
                "office_copies",
                "office_seal_box",
                "office_print_repeat",
            ),
        ),
        (
            N_("Habits"),
            (
                "payment_days",
                "quote_valid_days",
                "currency",
                "time_zone",
                "idle_lock_minutes",
                "orders_need_approval",
                "key_fields",
                "key_fields_need_approval",
                "owner_needs_approval",
            ),
        ),
    )


def rule_field(kind: str, part: str) -> str:
    """The name of a field of NumberCard: `order.prefix`."""
    return f"{kind}.{part}"


def _rule(kind: str) -> tuple[Field, ...]:
    parts: tuple[tuple[str, str, TypeEngine[Any], str, dict[str, Any]], ...] = (
        ("prefix", N_("Prefix"), String(12), "text", {}),
        ("date_part", N_("Date"), String(8), "choice", {"choices": DATE_PARTS}),
        ("digits", N_("Digits"), Integer(), "integer", {}),
        ("reset", N_("Counts anew"), String(8), "choice", {"choices": RESETS}),
    )
    return tuple(
        field_of_card(rule_field(kind, part), label, type_, shown, **more)
        for part, label, type_, shown, more in parts
    )


class NumberCard(Entity):
    """How the numbers of customers and documents are made: rows of the table `number_rule`."""

    __tablename__ = "number_rule"
    LABEL = N_("Number rules")
    PLURAL = N_("Number rules")
    TITLE = "title"
    NOTE = N_("Hold for numbers that are still to come; those there are stay as they are")
    FIELDS: ClassVar[dict[str, Field]] = _card(
        *(field for kind, _label in NUMBERED for field in _rule(kind))
    )
    FORM = ((N_("Customers and documents"), tuple(FIELDS)),)


CARDS: dict[str, type[Entity]] = {"setting": OfficeCard, "number_rule": NumberCard}
