"""One request: who asked and why, old and new side by side, and the buttons that decide it."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from client.context import Context
from client.data import formats
from client.data.errors import sentence
from client.data.requests import OPEN, Request
from client.i18n import _
from client.model import Customer, fields
from client.ui.kit import Button, Label, bar, connect_steps, hline
from client.ui.requests import work

APPROVE, REFUSE = "Ctrl+Shift+A", "Ctrl+Shift+R"


class RequestPanel(QWidget):
    """Hidden without a request. `decided` when it was approved, refused or withdrawn.

    The keys hold in `host`, the page that the panel is part of.
    """

    decided = Signal()

    def __init__(self, context: Context, host: QWidget) -> None:
        super().__init__()
        self._context = context
        self.request: Request | None = None
        self._working = False
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._said, self._why = Label("", "amber"), Label("")
        self._said.setWordWrap(True)
        self._why.setWordWrap(True)
        self._sides, self._place = QWidget(), QVBoxLayout()
        self.answer = QLineEdit(maxLength=500, placeholderText=_("Answer, if any"))
        self.answer.setAccessibleName(_("Answer"))
        self.approve_button = Button(_("Approve the change"), APPROVE, "check")
        self.refuse_button = Button(_("Refuse"), REFUSE)
        self.withdraw_button = Button(_("Withdraw the request"))
        self.message = Label("", "red")
        self.message.setWordWrap(True)
        connect_steps(
            host,
            (self.approve_button, self.approve, APPROVE),
            (self.refuse_button, self.refuse, REFUSE),
            (self.withdraw_button, self.withdraw, ""),
        )
        self._build()
        self.hide()

    def _build(self) -> None:
        inner = QVBoxLayout()
        inner.setContentsMargins(12, 6, 12, 6)
        inner.setSpacing(4)
        for part in (self._said, self._why):
            inner.addWidget(part)
        inner.addLayout(self._place)
        inner.addWidget(self.message)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(hline())
        column.addLayout(inner)
        buttons = (self.approve_button, self.refuse_button, self.withdraw_button)
        self._deciding = bar(self.answer, *buttons, kind="panel", gap=6)
        self._deciding.setFixedHeight(36)
        layout = self._deciding.layout()
        if layout is not None:
            layout.setAlignment(self.withdraw_button, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._deciding)

    def show_request(self, request: Request | None) -> None:
        """Show another request, or none."""
        if request is None or self.request is None or request.id != self.request.id:
            self.answer.clear()
            self.message.clear()
        self.request = request
        self.message.setVisible(bool(self.message.text()))
        self.setVisible(request is not None)
        if request is None:
            return
        self._said.set_tone("amber" if request.state == OPEN else "text2")
        self._said.setText(_story(request))
        self._why.setText(_("Reason: {reason}").format(reason=request.reason))
        self._show_sides(request)
        own = request.asked_by == self._context.office.me["id"]
        waits = request.state == OPEN
        decides = waits and not own and self._context.office.rights.may("customer", "approve")
        for part in (self.answer, self.approve_button, self.refuse_button):
            part.setVisible(decides)
        self.withdraw_button.setVisible(waits and own)
        self._deciding.setVisible(decides or (waits and own))
        self._enable()

    def lose(self) -> None:
        """The request waits no more, though nothing was done here: nothing else comes in its place
        that would be decided instead.
        """
        self._deciding.hide()
        if not self.message.text():  # what was refused stays said
            self.message.setText(_("This request is not open any more."))
        self.message.show()

    def _show_sides(self, request: Request) -> None:
        self._place.removeWidget(self._sides)
        self._sides.deleteLater()
        self._sides, grid = QWidget(), QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        for place, head in enumerate(("", _("Old value"), _("New value"))):
            grid.addWidget(Label(head, "text2"), 0, place)
        known = fields(Customer)
        for row, (name, (old, new)) in enumerate(request.fields.items(), 1):
            texts = ((_(known[name].label), "text2"), (old or _("(empty)"), "text2"))
            for place, (text, tone) in enumerate((*texts, (new or _("(empty)"), "text"))):
                label = Label(text, tone)
                label.setWordWrap(place > 0)
                grid.addWidget(label, row, place, Qt.AlignmentFlag.AlignTop)
        self._sides.setLayout(grid)
        self._place.addWidget(self._sides)

    # What is done

    def approve(self) -> None:
        """Make the change that was asked for."""
        if self.approve_button.isVisible() and self.request is not None:
            self._run(partial(work.decide, yes=True, answer=self.answer.text().strip()))

    def refuse(self) -> None:
        if self.refuse_button.isVisible() and self.request is not None:
            self._run(partial(work.decide, yes=False, answer=self.answer.text().strip()))

    def withdraw(self) -> None:
        if self.withdraw_button.isVisible() and self.request is not None:
            self._run(work.withdraw)

    def _run(self, act: Callable[..., None]) -> None:
        if self.withdraw_button.isEnabled():
            self._working, asked = True, self.request
            self._enable()
            job = partial(act, self._context.office, asked)
            failed = partial(self._failed, asked)
            self._context.jobs.run(self, job, partial(self._done, asked), failed)

    def _done(self, asked: Request | None, _nothing: None) -> None:
        self._settle()
        if self._shows(asked):
            self.answer.clear()
            self.message.clear()
        self.decided.emit()

    def _failed(self, asked: Request | None, error: Exception) -> None:
        self._settle()
        if not self._shows(asked):  # another was chosen meanwhile
            self._context.jobs.problem.emit(error)
            return
        self.message.setText(sentence(error))
        self.message.show()

    def _shows(self, asked: Request | None) -> bool:
        return self.request is not None and asked is not None and self.request.id == asked.id

    def _settle(self) -> None:
        self._working = False
        self._enable()

    def _enable(self) -> None:
        for button in (self.approve_button, self.refuse_button, self.withdraw_button):
            button.setEnabled(not self._working)


def _story(request: Request) -> str:
    """Who asked and what became of it."""
    asked = {"who": request.asked_by_name, "when": formats.datetime_text(request.asked_at)}
    if request.state == OPEN:
        return _("{who} asked for this change on {when}. It waits for approval.").format(**asked)
    text = {
        "approved": _("{who} asked for this change on {when}; {other} approved it."),
        "refused": _("{who} asked for this change on {when}; {other} refused it."),
        "withdrawn": _("{who} asked for this change on {when} and withdrew it."),
        "overtaken": _(
            "{who} asked for this change on {when}; {other} changed the customer meanwhile, so it"
            " was closed. Ask again if it is still wanted."
        ),
    }[request.state].format(**asked, other=request.decided_by_name)
    answer = request.answer
    return f"{text} {answer}" if answer else text
