"""Small fillings of a test office, used by tests of lists and forms."""

from client.data import records
from client.model import Customer


def add_customers(session, *entries):
    """Customers by (name, phone, region id); answers with them as saved."""
    return [
        records.save(session, Customer, {"name": name, "phone": phone, "region_id": region})
        for name, phone, region in entries
    ]


def ids_by_name(office_db, name):
    return office_db.ask(None, "SELECT id FROM customer WHERE name = %s", name)[0][0]
