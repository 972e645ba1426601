"""Makes a new product or customer without leaving the document."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from client.context import Context
from client.data.lookups import Choice
from client.data.priced import store as order_store
from client.data.priced.products import Item
from client.model import Customer, Entity, Product
from client.ui.forms.pickers import ReferenceEdit, by_id
from client.ui.forms.record_dialog import RecordDialog
from client.ui.lines.product_cache import ProductCache

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*", re.ASCII)
BARCODE = re.compile(r"\d{8,14}", re.ASCII)


class QuickCreate(QObject):
    """Opens the form of a new record, filled with what was typed, and passes on what was saved."""

    def __init__(self, context: Context, host: QWidget) -> None:
        super().__init__(host)
        self._context, self._host = context, host

    def product(self, text: str, cache: ProductCache, then: Callable[[Item], object]) -> None:
        """Make a product; `then` is called with it as the lines take it."""
        saved = partial(self._product_saved, cache, then)
        self._open(Product, product_start(text), saved)

    def customer(self, text: str, editor: ReferenceEdit) -> None:
        """Make a customer, who is then chosen in `editor`, unless another was meanwhile."""
        saved = partial(self._customer_saved, editor, editor.text())
        self._open(Customer, {"name": text} if text else {}, saved)

    def _open(
        self, entity: type[Entity], start: dict[str, Any], saved: Callable[[int], object]
    ) -> None:
        dialog = RecordDialog(self._context, entity, None, self._host.window(), **start)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.form.saved.connect(saved)
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        # Without a window manager the keys would stay nowhere.
        self._host.window().activateWindow()

    def _product_saved(
        self, cache: ProductCache, then: Callable[[Item], object], number: int
    ) -> None:
        work = partial(order_store.product, self._context.office, number)
        self._context.jobs.run(self, work, partial(self._product_read, cache, then))

    def _product_read(
        self, cache: ProductCache, then: Callable[[Item], object], item: Item | None
    ) -> None:
        if item is not None:
            cache.put(item)
            then(item)

    def _customer_saved(self, editor: ReferenceEdit, typed: str, number: int) -> None:
        work = partial(by_id, self._context.office, Customer, number)
        self._context.jobs.run(editor, work, partial(self._customer_read, editor, typed))

    def _customer_read(self, editor: ReferenceEdit, typed: str, found: list[Choice]) -> None:
        if found and editor.text() == typed:
            editor.take(found[0], go=editor.window().focusWidget() is editor)


def product_start(text: str) -> dict[str, Any]:
    """The first values of a new product: the text is its barcode, code or name, by its shape."""
    if not text:
        return {}
    if BARCODE.fullmatch(text):
        return {"barcode": text}
    if CODE.fullmatch(text) and any(letter.isdigit() for letter in text):
        return {"code": text}
    return {"name": text}
