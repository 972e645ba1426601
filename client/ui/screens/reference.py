"""The office's own words: regions, departments, products and every code table, one screen each."""

from client.context import Context
from client.model import Entity
from client.ui.list_and_form import ListAndForm
from client.ui.screen import Navigator


class ReferenceScreen(ListAndForm):
    """The list of one kind and its form."""

    def __init__(self, context: Context, navigator: Navigator, entity: type[Entity]) -> None:
        super().__init__(context, navigator, entity)
