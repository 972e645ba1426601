"""Two people edit one order in any order of steps: no edit is lost without having been shown."""

import os
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client.data.errors import Conflict
from client.data.priced import edit, store
from client.data.priced.kinds import ORDER
from client.data.priced.merge import PLACES, WHOLE, Merged, merge, settle
from tests.server import samples

EXAMPLES = int(os.environ.get("KEHU_EXAMPLES", "200"))  # a thousand take some minutes
HEAD = ("phone", "delivery_address", "remarks")
LINE = ("quantity", "remarks")
WHO = st.sampled_from([0, 1])
EDITS = st.one_of(
    st.tuples(st.just("head"), WHO, st.sampled_from(HEAD)),
    st.tuples(st.just("line"), WHO, st.integers(0, 3), st.sampled_from(LINE)),
    st.tuples(st.just("add"), WHO),
    st.tuples(st.just("remove"), WHO, st.integers(0, 3)),
    st.tuples(st.just("move"), WHO, st.integers(0, 3)),
)
STEPS = st.lists(
    st.one_of(EDITS, EDITS, st.tuples(st.just("save"), WHO, st.booleans())), min_size=3, max_size=14
)
Place = tuple[Any, str]  # a line's key or None for the head, and a field


@dataclass
class Person:
    """One client: the document as loaded, as typed, and what was typed since the last save."""

    office: Any
    base: dict[str, Any]
    mine: dict[str, Any]
    typed: dict[Place, Any] = field(default_factory=dict)
    shown: set[Place] = field(default_factory=set)
    sent: dict[str, Any] = field(default_factory=dict)

    def open(self) -> None:
        self.base = self.mine = edit.opened(store.load(self.office, ORDER, self.base["id"]))
        self.typed, self.shown = {}, set()

    def change(self, at: int | None, name: str, value: Any) -> None:
        """Type a value into the head or a line."""
        if at is None:
            self.mine = self.mine | {name: value}
            self.typed[None, name] = value
            return
        lines = list(self.mine["lines"])
        if at < len(lines):
            lines[at] = lines[at] | {name: value}
            self.mine = self.mine | {"lines": lines}
            self.typed[lines[at]["id"] or lines[at]["key"], name] = value

    def save(self, keep_mine: bool) -> dict[str, Any]:
        """As the screen does it: join what joins by itself, show and settle the rest."""
        base, doc = self.base, self.mine
        while True:
            try:
                return store.save(self.office, ORDER, doc)
            except Conflict as conflict:
                theirs = edit.opened(conflict.theirs)
                merged = merge(base, doc, theirs, ORDER)
                self.note(merged)
                choice = () if keep_mine else range(len(merged.clashes))
                base, doc = theirs, settle(merged, choice)

    def note(self, merged: Merged) -> None:
        for clash in merged.clashes:
            fields = (*LINE, WHOLE) if clash.field == WHOLE else (clash.field,)
            self.shown |= {(clash.line, name) for name in fields}


@pytest.fixture(scope="module")
def order(shared_office):
    own = samples.customer(shared_office, "clerk", "Shared")
    lines = [{**samples.LINE, "remarks": f"line {n}"} for n in range(3)]
    doc = samples.save(shared_office, "clerk", samples.document(shared_office, own, lines))
    people = [shared_office.login("clerk"), shared_office.login("boss")]
    return doc["id"], people


values = count(1)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(STEPS)
def test_no_edit_is_lost_without_having_been_shown(order, steps):
    id_, offices = order
    people = [Person(office, {"id": id_}, {}) for office in offices]
    for person in people:
        person.open()
    for step in (*steps, ("save", 0, True), ("save", 1, False)):
        person = people[step[1]]
        if step[0] == "head":
            person.change(None, step[2], f"value {next(values)}")
        elif step[0] == "line":
            value = next(values) % 9000 + 1 if step[3] == "quantity" else f"value {next(values)}"
            person.change(step[2], step[3], value)
        elif step[0] == "add":
            add(person)
        elif step[0] == "remove":
            remove(person, step[2])
        elif step[0] == "move":
            move(person, step[2])
        else:
            check(person, step[2])


def add(person: Person) -> None:
    lines = person.mine["lines"]
    if lines and len(lines) < 8:
        new = edit.blank_line() | {key: lines[0][key] for key in edit.LINE}
        new |= {"quantity": next(values) % 9000 + 1, "remarks": f"value {next(values)}"}
        person.mine = person.mine | {"lines": [*lines, new]}
        person.typed |= {(new["key"], name): new[name] for name in LINE}


def remove(person: Person, at: int) -> None:
    lines = person.mine["lines"]
    if at < len(lines) and len(lines) > 1:
        gone = lines[at]["id"] or lines[at]["key"]
        person.mine = person.mine | {"lines": [*lines[:at], *lines[at + 1 :]]}
        person.typed = {place: v for place, v in person.typed.items() if place[0] != gone}
        person.typed[gone, WHOLE] = None


def move(person: Person, at: int) -> None:
    """Carry a line to the top."""
    lines = list(person.mine["lines"])
    if at < len(lines):
        lines.insert(0, lines.pop(at))
        person.mine = person.mine | {"lines": lines}


def order_of(doc: dict[str, Any], like: list[dict[str, Any]]) -> list[Any]:
    """The ids of the lines that stand in all of `like` as well, in their order."""
    common = set.intersection(*({line["id"] for line in one["lines"]} for one in like))
    return [line["id"] for line in doc["lines"] if line["id"] in common]


def check_order(person: Person, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Lines stand as they were put by whoever moved any; where both did, it was shown."""
    like = [person.base, before, person.sent, after]
    was, theirs, mine, now = (order_of(doc, like) for doc in like)
    if (None, PLACES) not in person.shown:
        assert now == (theirs if mine == was else mine)
        assert was in (mine, theirs) or mine == theirs


def check(person: Person, keep_mine: bool) -> None:
    """Save, and hold what is stored against what was typed here and what was stored before."""
    before = edit.opened(store.load(person.office, ORDER, person.base["id"]))
    sent = person.sent = person.mine
    stored = person.save(keep_mine)
    after = edit.opened(stored)
    known = edit.with_ids(sent, sent, stored) if stored["version"] else sent
    keys = {
        old["key"]: new["id"]
        for old, new in zip(sent["lines"], known["lines"], strict=True)
        if old["id"] is None
    }
    mine_lost = [
        place
        for place, value in person.typed.items()
        if not stands(after, (keys.get(place[0], place[0]), place[1]), value)
        if place not in person.shown and place[0] not in keys
    ]
    assert not mine_lost
    check_order(person, before, after)
    theirs_lost = [
        place
        for place, value in differing(person.base, before).items()
        if not stands(after, place, value) and place not in person.shown
    ]
    assert not theirs_lost
    person.open()


def stands(doc: dict[str, Any], place: Place, value: Any) -> bool:
    """Whether the document has this value there; None for WHOLE means that the line is gone."""
    key, name = place
    if key is None:
        return edit.same(doc.get(name), value)
    line = next((line for line in doc["lines"] if key in (line["id"], line["key"])), None)
    if name == WHOLE:
        return (line is None) == (value is None)
    return line is not None and edit.same(line[name], value)


def differing(old: dict[str, Any], new: dict[str, Any]) -> dict[Place, Any]:
    """What somebody else stored since: places and their values now."""
    found: dict[Place, Any] = {
        (None, name): new[name] for name in HEAD if not edit.same(old[name], new[name])
    }
    was = {line["id"]: line for line in old["lines"]}
    now = {line["id"]: line for line in new["lines"]}
    for id_, line in now.items():
        for name in LINE:
            if id_ not in was or not edit.same(was[id_][name], line[name]):
                found[id_, name] = line[name]
    return found | {(id_, WHOLE): None for id_ in was if id_ not in now}
