"""All deliveries: what is due, to be picked, on the way; several go a step further at once."""

from functools import partial

from client.context import Context
from client.data.deliveries import store
from client.i18n import N_, _, plural
from client.model import Delivery
from client.ui.deliveries.batch import Batch, Row
from client.ui.deliveries.dialogs import OutcomeDialog, SendOffDialog
from client.ui.deliveries.quick import QuickChoice
from client.ui.grids.grid import Grid
from client.ui.kit import Button, Question, connect_steps
from client.ui.list_screen import PaperListScreen
from client.ui.screen import Navigator
from client.ui.tables import selection

KIND = "delivery"
MOST = 500  # as many as one would look through before sending them off
CHOICES = {
    "due": (N_("Due today"), N_("Nothing has to leave today.")),
    "planned": (N_("To be picked"), N_("Nothing waits to be picked.")),
    "shipped": (N_("On the way"), N_("Nothing is on the way.")),
    "all": (N_("All"), ""),
}


class DeliveriesScreen(PaperListScreen):
    """The list of deliveries one may see."""

    kind = paper = KIND
    help_topic = "deliveries"

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__(context, navigator)
        self.batch = Batch(context, self)
        self._build()
        self._connect()
        kept = context.settings.get("deliveries/choice", "due")
        self.choice.choose(kept if kept in CHOICES else "due")
        self._narrow(self.choice.current())

    def _build(self) -> None:
        may = self._context.office.rights.may
        self.choice = QuickChoice(
            [(key, _(text)) for key, (text, _empty) in CHOICES.items()], _("Which deliveries")
        )
        self.pick_button = Button(_("Note as picked"), "Ctrl+Shift+P", "package")
        self.ship_button = Button(_("Send off"), "Ctrl+Shift+S", "truck")
        self.receive_button = Button(_("Note arrival"), "Ctrl+Shift+R", "check")
        steps = (self.pick_button, self.ship_button, self.receive_button)
        for button in steps:
            button.setVisible(may(KIND, "submit"))
        extra = (*steps, self.papers.button, self.choice)
        self._show(Grid(self._context, Delivery, extra=extra))

    def _connect(self) -> None:
        connect_steps(
            self,
            (self.pick_button, self.pick, "Ctrl+Shift+P"),
            (self.ship_button, self.ship, "Ctrl+Shift+S"),
            (self.receive_button, self.receive, "Ctrl+Shift+R"),
        )
        self.choice.chosen.connect(self._narrow)
        self.grid.busy.cancelled.connect(self.batch.stop)
        self.batch.progress.connect(self._tell_progress)
        self.batch.ended.connect(self._tell_end)

    # What the clerk does

    def pick(self) -> None:
        """Note the selected deliveries as picked, after a question."""
        rows = self._chosen()
        one = N_("Note {n} delivery as picked? It gets its number.")
        many = N_("Note {n} deliveries as picked? They get their numbers.")
        text = plural(len(rows), one, many)
        self._ask(rows, _("Note as picked"), text, "picked")

    def ship(self) -> None:
        """Ask for the day, and send the selected deliveries off."""
        rows = self._chosen()
        if rows:
            one = N_("{n} delivery leaves. Its lines are not changed any more after that.")
            many = N_("{n} deliveries leave. Their lines are not changed any more after that.")
            text = plural(len(rows), one, many)
            dialog = SendOffDialog(self._context, text, self.window())
            dialog.given.connect(partial(self.batch.start, rows, "shipped"))
            dialog.open()

    def receive(self) -> None:
        """Note that the selected deliveries arrived, after a question."""
        rows = self._chosen()
        one = N_("Note the arrival of {n} delivery?")
        many = N_("Note the arrival of {n} deliveries?")
        text = plural(len(rows), one, many)
        self._ask(rows, _("Note arrival"), text, "received")

    def _ask(self, rows: list[Row], action: str, text: str, step: str) -> None:
        if rows:
            box = Question(self, action, text, action)
            box.accepted.connect(partial(self.batch.start, rows, step))
            box.open()

    def _chosen(self) -> list[Row]:
        """The selected rows by id and by what one calls them."""
        if self.batch.busy or not self._context.office.rights.may(KIND, "submit"):
            return []
        found, table, model = [], self.grid.table, self.grid.model
        shown = table.column_layout.shown()
        names = {column.key: index for index, column in enumerate(table.columns)}
        for row in selection.rows(table, MOST):
            number = model.id_at(row)
            if number is not None:
                keys = ("number", "order_id", "customer_id")
                cells = [names[key] for key in keys if names[key] in shown]
                texts = [str(model.index(row, at).data() or "") for at in cells]
                found.append((number, " · ".join(text for text in texts if text)))
        return found

    def _narrow(self, choice: str) -> None:
        self._context.settings.set("deliveries/choice", choice)
        self.grid.nothing = _(CHOICES[choice][1]) if CHOICES[choice][1] else ""
        self.grid.set_where(store.narrowed(choice))

    def _tell_progress(self, done: int, total: int) -> None:
        if done == 0:
            self.grid.busy.start()
        one, many = N_("{n} of {total} delivery"), N_("{n} of {total} deliveries")
        text = plural(total, one, many, n=done, total=total)
        self.grid.busy.progress(done, total, text)

    def _tell_end(self, done: int, failed: list[tuple[str, str]]) -> None:
        self.grid.busy.stop()
        self.grid.refresh()
        one = N_("{n} delivery went a step further.")
        text = plural(done, one, N_("{n} deliveries went a step further."))
        self.status_changed.emit(text)
        if failed:
            more = _("{n} could not:").format(n=len(failed))
            OutcomeDialog(f"{text} {more}", failed, self.window()).open()
