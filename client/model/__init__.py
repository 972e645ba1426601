"""The kinds of record, declared once. Import any of them from here."""

from client.model.base import STAMPS, Base, Entity, EntityType, Field, Figure, fields
from client.model.customer import Contact, Customer
from client.model.delivery import Delivery, DeliveryLine
from client.model.group import MEMBERS, CustomerGroup
from client.model.office import CARDS, NumberCard, OfficeCard
from client.model.operator import Operator
from client.model.order import OrderLine, SalesOrder
from client.model.priced import PricedDocument, PricedLine
from client.model.quote import Quote, QuoteLine
from client.model.receipt import Receipt, ReceiptAllocation
from client.model.reference import CODE_TABLES, CodeTable, Department, Product, Region

ENTITIES: dict[str, type[Entity]] = {
    mapper.local_table.name: mapper.class_  # type: ignore[attr-defined]
    for mapper in Base.registry.mappers
}

__all__ = [
    "CARDS",
    "CODE_TABLES",
    "ENTITIES",
    "MEMBERS",
    "STAMPS",
    "Base",
    "CodeTable",
    "Contact",
    "Customer",
    "CustomerGroup",
    "Delivery",
    "DeliveryLine",
    "Department",
    "Entity",
    "EntityType",
    "Field",
    "Figure",
    "NumberCard",
    "OfficeCard",
    "Operator",
    "OrderLine",
    "PricedDocument",
    "PricedLine",
    "Product",
    "Quote",
    "QuoteLine",
    "Receipt",
    "ReceiptAllocation",
    "Region",
    "SalesOrder",
    "fields",
]
