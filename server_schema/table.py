"""The declaration of one table, from which its policies, grants and triggers are generated."""

from dataclasses import dataclass, field

SYSTEM_COLUMNS = (
    "id",
    "version",
    "created_by",
    "created_at",
    "changed_by",
    "changed_at",
    "deleted_at",
    "deleted_by",
    "deletion_id",
)

# Columns that a history entry leaves out: they say nothing that the entry does not say itself.
NO_HISTORY = tuple(name for name in SYSTEM_COLUMNS if name != "deleted_at")


@dataclass(frozen=True)
class Table:
    """How one table is guarded.

    `kind`: customer, hanging (carries customer_id and owner_id), reference (read by every
    operator), control (read by every operator, written by functions only), private (own rows, all
    rows for whoever may view operators), history, closed (no operator reads it).
    """

    name: str
    kind: str
    module: str = "settings"
    insert: tuple[str, ...] = ()  # the actions of which one is needed
    update: tuple[str, ...] = ()
    delete: tuple[str, ...] = ()
    never: tuple[str, ...] = ()  # columns no operator writes
    fixed: tuple[str, ...] = ()  # columns written at the insert only
    derived: tuple[str, ...] = ()  # columns that do not raise the version
    silent: tuple[str, ...] = ()  # columns that history leaves out, besides NO_HISTORY
    before: tuple[tuple[str, str], ...] = ()  # (events, function) of BEFORE row triggers, in order
    after: tuple[tuple[str, str], ...] = ()  # the same of AFTER row triggers
    statements: tuple[str, ...] = ()  # functions called once after each statement that changes rows
    at_end: tuple[tuple[str, str, str], ...] = ()  # (events, condition, function), at the commit
    masked: tuple[str, ...] = ()  # columns that only who may see whole numbers reads as they are
    part: bool = False  # its document is worked out anew after each statement
    unlogged: bool = False  # neither history nor notices
    private: bool = False  # rows with private_to are that operator's alone, without history
    record: bool = True  # has the system columns
    own: tuple[str, ...] = ()  # private: the columns that name the operators it concerns
    customer: str = field(default="")  # the column that names the customer in history

    @property
    def logged(self) -> bool:
        """Whether it has a history."""
        return self.kind not in ("history", "closed") and not self.unlogged
