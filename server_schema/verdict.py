"""The verdict on a history after it was compared with its chain and with anchors.

It says no more than is proven: whoever has the superuser's password can compute the chain anew from
any point on, and only an anchor outside the database is beyond that.
"""

from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from server_schema.anchors import Anchor

PROVEN, WRONG, CONSISTENT = 0, 1, 3


@dataclass(frozen=True)
class Bad:
    """Something that does not agree; `seal` is the batch that it is in, or None.

    `what`: altered, deleted, truncated, inserted, reordered, emptied, rewritten, contradicted.
    """

    what: str
    table: str  # history, change or seal
    id: int
    seal: int | None
    at: datetime | None  # when that batch was sealed; of an entry in none, the moment it tells
    detail: str = ""


@dataclass
class Verdict:
    """What was found; `code` is how `kehu-server verify-history` ends."""

    office: str
    anchors: list[tuple[str, Anchor]]
    foreign: int = 0  # anchors of other offices
    strange: int = 0  # lines of anchors' files that are no anchors
    seals: int = 0
    missing: int = 0
    changes: int = 0
    entries: int = 0
    later: int = 0  # entries sealed after the newest anchor that agrees
    unsealed: int = 0
    redacted: int = 0
    head: Anchor | None = None
    proven: Anchor | None = None  # the newest that agrees
    restores: list[tuple[Anchor, int]] = field(default_factory=list)  # with their entries
    # Seals whose clock had been set back since, each with the number of the next one.
    set_back: list[tuple[Anchor, int]] = field(default_factory=list)
    first: Bad | None = None
    counts: Counter[str] = field(default_factory=Counter)
    known: dict[int, str] = field(default_factory=dict)  # digests of the seals that anchors name

    def add(self, bad: Bad, at_seal: int | None = None) -> None:
        """Note something bad; with `at_seal`, before all that is bad inside that batch."""
        self.counts[bad.what] += 1
        inside = self.first is not None and at_seal is not None and self.first.seal == at_seal
        if self.first is None or (inside and self.first.table != "seal"):
            self.first = bad

    def rename(self, known: Bad, better: Bad) -> None:
        """Say of what was noted already what it is part of."""
        self.counts[known.what] -= 1
        self.counts[better.what] += 1
        if self.first == known:
            self.first = better

    def sealed(self, head: Anchor, kind: str, changes: int, entries: int) -> None:
        """One more batch; compares it with the anchors."""
        self.seals += 1
        self.changes += changes
        self.entries += entries
        self.later += entries
        self.head = head
        if kind == "restore":
            self.restores.append((head, entries))
        known = [anchor for _, anchor in self.anchors if anchor.seal == head.seal]
        if known:
            self.known[head.seal] = head.digest
        if any(anchor.digest == head.digest for anchor in known):
            self.proven, self.later = head, 0
        for anchor in known:
            if anchor.digest != head.digest:
                self._disagrees(anchor, "rewritten")

    def close(self) -> None:
        """After the last batch: anchors that know of later ones, or contradict each other."""
        last = self.head.seal if self.head else 0
        for anchor in sorted((a for _, a in self.anchors), key=lambda a: a.seal):
            if anchor.seal > last:
                self._disagrees(anchor, "truncated")
        if self.first and self.first.what == "rewritten" and self.covered:
            self.first = replace(self.first, what="contradicted")

    def _disagrees(self, anchor: Anchor, what: str) -> None:
        at = datetime.fromisoformat(anchor.sealed_at)
        self.add(Bad(what, "seal", anchor.seal, anchor.seal, at))

    @property
    def code(self) -> int:
        """0 proven, 1 something is wrong, 3 consistent in itself only."""
        if self.first is not None:
            return WRONG
        return PROVEN if self.proven else CONSISTENT

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        told = asdict(self)
        del told["known"]
        told["verdict"] = {PROVEN: "proven", WRONG: "wrong", CONSISTENT: "consistent"}[self.code]
        told["counts"] = {what: count for what, count in self.counts.items() if count}
        told["anchors"] = [
            {
                "place": place,
                **anchor.as_json(),
                "agrees": self.known.get(anchor.seal) == anchor.digest,
            }
            for place, anchor in self.anchors
        ]
        if self.first:
            told["first"]["at"] = self.first.at and self.first.at.isoformat()
            told["first"]["covered"] = self.covered
        return told

    @property
    def covered(self) -> bool:
        """Whether the first that is bad is older than the newest anchor that agrees."""
        seal = self.first.seal if self.first else None
        return bool(self.proven and seal is not None and seal <= self.proven.seal)
