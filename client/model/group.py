"""Groups of customers: the office's, and those that an operator keeps for themselves."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from client.i18n import N_
from client.model.base import Base, Entity, field


class CustomerGroup(Entity, Base):
    """Made, named and filled in a dialog of its own."""

    __tablename__ = "customer_group"
    LABEL = N_("Customer group")
    PLURAL = N_("Customer groups")
    ICON = "users-three"
    GRID = ("name",)
    ORDER = ("name",)

    name: Mapped[str] = field(String(60), label=N_("Name"), width=20)
    private_to: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))


# Who is in which group: rows that come and go, and are nothing by themselves.
MEMBERS = Table(
    "group_member",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("group_id", Integer, nullable=False),
    Column("customer_id", Integer, nullable=False),
    Column("owner_id", Integer, nullable=False),
    Column("private_to", Integer),
)
