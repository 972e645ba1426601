"""The office's own data, what its papers look like, and its habits."""

from collections.abc import Callable
from functools import partial
from typing import Any

from client.context import Context
from client.data import office_settings
from client.data.forms import FormData
from client.i18n import _
from client.model import Entity, OfficeCard
from client.ui.forms.card import CardForm
from client.ui.forms.fields import FormFields
from client.ui.forms.form import Values
from client.ui.screen import Navigator

LOGO = office_settings.LOGO


def read(office: Any, _entity: type[Entity], _id: int, _start: Values) -> FormData:
    with office.session() as session:
        return office_settings.load(session)


def write(office: Any, _entity: type[Entity], values: Values, base: Values) -> Values:
    """Save what was changed; the running program goes on with it at once."""
    saved: Values = office.run(partial(office_settings.save, values=values, base=base))
    office.read_again()
    return saved


class OfficeFields(FormFields):
    """The fields of the office; its values have limits of their own."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, OfficeCard)
        self.editors["office_copies"].setPlaceholderText(_("One name a copy, with commas between"))
        self.editors["key_fields"].setPlaceholderText(_("Names of fields, with commas between"))
        self.editors[LOGO].refused.connect(partial(self.complain, LOGO))

    def check(self) -> tuple[Values, dict[str, str]]:
        found, missing = super().check()
        wrong = office_settings.wrong(found) | missing
        for name, text in wrong.items():
            self.complain(name, text)
        if wrong:
            self.reveal(next(iter(wrong)))
        return found, wrong


class OfficeScreen(CardForm):
    """The page of the office."""

    ROW = office_settings.ROW

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__(context, OfficeCard, navigator)

    def make_fields(self) -> FormFields:
        return OfficeFields(self.context)

    def reader(self) -> Callable[..., FormData]:
        return read

    def writer(self) -> Callable[..., Values]:
        return write

    def guarded(self) -> tuple[str, ...]:
        return ("currency",) if self.base.get("has_documents") else ()

    def show_record(self, data: FormData) -> None:
        super().show_record(data)
        fixed = _("Fixed: there are documents in this currency.") if self.guarded() else ""
        self.fields.complain("currency", fixed, "text2")

    def payload(self) -> Values:
        """The logo is in its file still; the journal keeps what was typed."""
        kept = super().payload()
        for part in ("base", "typed"):
            kept[part].pop(LOGO, None)
        return kept
