"""What the rights that come ready allow: for each role with a name, module by action; and which
columns of an operator decide on rights.
"""

# Where an operator is, and whose customers they see.
SCOPE = ("scope", "department_id", "region_id", "chosen_departments", "chosen_regions")
# Whatever of an operator's row decides on rights, or on who knows the password.
DECIDING = ("login", "rights", *SCOPE, "active", "deleted_at", "login_set_at")
_ALL = "view create edit delete restore assign submit approve comment print export import"
_SEEN = "whole reveal"  # phones and bank accounts of customers: all as they are, or one by one

RIGHTS: dict[str, dict[str, str]] = {
    "clerk": {
        "customer": f"view create edit delete assign comment print export import {_SEEN}",
        "order": "view create edit delete submit comment print export import",
        "quote": "view create edit delete submit comment print export",
        "delivery": "view create edit delete submit comment print export",
        "receipt": "view create edit delete submit comment print export",
        "product": "view create edit print export import",
        "settings": "view print export",
    },
    "salesperson": {
        "customer": f"view create edit comment print export {_SEEN}",
        "order": "view create edit delete submit comment print export",
        "quote": "view create edit delete submit comment print export",
        "delivery": "view create edit delete submit comment print export",
        "receipt": "view comment print export",
        "product": "view print export",
        "settings": "view print export",
    },
    "service": {
        "customer": f"view edit comment print {_SEEN}",
        "order": "view comment print",
        "quote": "view comment print",
        "delivery": "view comment print",
        "product": "view print",
        "settings": "view",
    },
    "manager": {
        "customer": f"view create edit delete restore assign comment print export import {_SEEN}",
        "order": "view create edit delete restore submit approve comment print export import",
        "quote": "view create edit delete restore submit approve comment print export",
        "delivery": "view create edit delete restore submit comment print export",
        "receipt": "view create edit delete restore submit comment print export",
        "product": "view create edit print export",
        "settings": "view print export",
        "history": "view export",
    },
    "boss": {
        "customer": f"{_ALL} {_SEEN}",
        "order": _ALL,
        "quote": _ALL,
        "delivery": _ALL,
        "receipt": _ALL,
        "product": _ALL,
        "settings": "view create edit print export",
        "history": "view export",
        "operator": "view print export",
    },
    "administrator": {
        "customer": f"{_ALL} {_SEEN}",
        "order": _ALL,
        "quote": _ALL,
        "delivery": _ALL,
        "receipt": _ALL,
        "product": _ALL,
        "settings": _ALL,
        "history": "view export",
        "operator": _ALL,
    },
}


def permissions() -> list[tuple[str, str, str]]:
    """Rows (rights, module, action) of the table `permission`."""
    return [
        (rights, module, action)
        for rights, modules in RIGHTS.items()
        for module, actions in modules.items()
        for action in actions.split()
    ]
