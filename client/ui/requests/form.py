"""A form whose key fields change with a reason, or after somebody else has approved."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from client.data.errors import field_of
from client.ui.forms.form import RecordForm, Values
from client.ui.requests.key_fields import KeyFields


class KeyedForm(RecordForm):
    """Asks for the reason above its bar, and keeps the reason in the journal with what is typed."""

    def above_bar(self) -> list[QWidget]:
        self.keys = KeyFields(self)
        return [self.keys]

    def _edited(self) -> None:
        super()._edited()
        self.keys.settle()

    def save(self, then: Callable[[], object] | None = None) -> None:
        if self.is_choosing() or self.keys.ready():
            super().save(then)

    def writer(self) -> Callable[..., Values]:
        return self.keys.writer()

    def _failed(self, error: Exception) -> None:
        super()._failed(error)
        if field_of(error) == "reason":
            self.keys.demand()

    def payload(self) -> Values:
        return super().payload() | {"reason": self.keys.text()}

    def recover(self, kept: Values) -> None:
        super().recover(kept)
        if self.data is not None:
            self.keys.recover(str(kept.get("reason") or ""))
