"""The search of the search box: customers, documents and products."""

from client.data import lookups
from client.data.connection import Office
from client.model import ENTITIES
from client.ui.screen import Hit, Search

KINDS = {
    "customer": ("users", 8),
    "sales_order": ("clipboard-text", 5),
    "quote": ("file-text", 4),
    "delivery": ("truck", 3),
    "receipt": ("receipt", 4),
    "product": ("package", 4),
}


def record_search(office: Office, kinds: set[str]) -> Search:
    """A function that finds records of those `kinds`; it runs on a worker thread."""

    def find(text: str) -> list[Hit]:
        hits: list[Hit] = []
        with office.session() as session:
            for kind, (icon, most) in KINDS.items():
                if kind not in kinds:
                    continue
                for found in lookups.search(session, ENTITIES[kind], text, most):
                    name = found.title or found.code
                    note = found.code if found.code != name else ""
                    hits.append(Hit(icon, name, note, kind, found.id))
        return hits

    return find
