"""How states and grades look everywhere, and how fields are called among their own kind."""

from collections.abc import Sequence

from client.data.lookups import Choice
from client.i18n import _
from client.model import Entity, Field

Mark = tuple[str, str, str]

STATES: dict[str, tuple[str, str]] = {
    "potential": ("ring", "accent"),
    "visited": ("ring", "amber"),
    "member": ("disc", "green"),
    "dormant": ("half", "amber"),
    "lost": ("cross", "red"),
    "draft": ("ring", "text2"),
    "submitted": ("half", "accent"),
    "approved": ("disc", "accent"),
    "partly_shipped": ("half", "amber"),
    "shipped": ("disc", "green"),
    "completed": ("check", "green"),
    "cancelled": ("cross", "red"),
    "posted": ("disc", "green"),
    "voided": ("cross", "text2"),
    "red": ("half", "red"),
    "sent": ("half", "accent"),
    "accepted": ("check", "green"),
    "refused": ("cross", "red"),
    "expired": ("warn", "amber"),
    "none": ("ring", "text2"),
    "unpaid": ("ring", "amber"),
    "partly": ("half", "amber"),
    "paid": ("disc", "green"),
    "planned": ("ring", "accent"),
    "picked": ("half", "accent"),
    "received": ("check", "green"),
    "overdue": ("warn", "red"),
    "today": ("half", "amber"),
}


def label(entity: type[Entity], field: Field) -> str:
    """What a field is called in lists and forms of its kind: a customer's number is a number."""
    if field.short:
        return _(field.short)
    whole, kind = _(field.label), _(entity.LABEL)
    rest = whole.removeprefix(kind).strip()
    return rest[:1].upper() + rest[1:] if len(rest) > 1 else whole


def state_mark(field: Field, value: str | None) -> Mark | None:
    """The word of a state with its shape and tone; None for no value."""
    label = dict(field.choices).get(value or "")
    if label is None:
        return None
    return (_(label), *STATES.get(value or "", ("disc", "text2")))


def is_state(field: Field) -> bool:
    return field.kind == "choice" and any(value in STATES for value, _label in field.choices)


def is_grade(field: Field) -> bool:
    return field.target is not None and field.target.__name__ == "CustomerGrade"


def grade_kinds(grades: Sequence[Choice]) -> dict[str, str]:
    """By title: the highest grade is filled, the lowest plain, what lies between outlined."""
    if len(grades) < 2:
        return {grade.title: "plain" for grade in grades}
    kinds = {grade.title: "outline" for grade in grades}
    return kinds | {grades[0].title: "plain", grades[-1].title: "fill"}
