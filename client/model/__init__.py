"""The kinds of record, declared once. Import any of them from here."""

from client.model.base import STAMPS, Base, Entity, EntityType, Field, Figure, fields
from client.model.customer import Contact, Customer
from client.model.operator import Operator
from client.model.order import OrderLine, SalesOrder
from client.model.reference import CODE_TABLES, CodeTable, Department, Product, Region

ENTITIES: dict[str, type[Entity]] = {
    mapper.local_table.name: mapper.class_  # type: ignore[attr-defined]
    for mapper in Base.registry.mappers
}

__all__ = [
    "CODE_TABLES",
    "ENTITIES",
    "STAMPS",
    "Base",
    "CodeTable",
    "Contact",
    "Customer",
    "Department",
    "Entity",
    "EntityType",
    "Field",
    "Figure",
    "Operator",
    "OrderLine",
    "Product",
    "Region",
    "SalesOrder",
    "fields",
]
