"""What a form consists of: head, fields in sections, a bar that saves, and the conflict panel."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from client.context import Context
from client.i18n import _
from client.model import Entity
from client.ui.forms.conflict import ConflictPanel
from client.ui.forms.fields import FormFields
from client.ui.forms.head import FormHead
from client.ui.forms.tools import RecordTools
from client.ui.kit import BusyBar, Button, ElidedLabel, bar, hline, pile


class FormPage(QWidget):
    """The widgets of a form, without what they do."""

    def __init__(self, context: Context, entity: type[Entity]) -> None:
        super().__init__()
        self.context, self.entity = context, entity
        self._lost = ""
        self.head = FormHead(entity)
        self.tools = RecordTools(self, str(entity.__tablename__))  # type: ignore[attr-defined]
        self.head.add_tools(self.tools)
        self.fields = self.make_fields()
        self.save_button = Button(_("Save"), "F8", "floppy-disk", "primary")
        self.undo_button = Button(_("Undo"), "Esc")
        self.message = ElidedLabel("", "text2")
        self.conflict = ConflictPanel()
        self.pages = QStackedWidget()
        self.pages.addWidget(self._page())
        self.pages.addWidget(self.conflict)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.pages)
        self.busy = BusyBar(self)
        self.setFocusProxy(next(iter(self.fields.editors.values())))

    def make_fields(self) -> FormFields:
        """The fields; kinds that lay them out in a way of their own have others."""
        return FormFields(self.context, self.entity)

    def extend(self, body: QVBoxLayout) -> None:
        """Forms with more than fields add it here, under the sections."""

    def above_bar(self) -> list[QWidget]:
        """What stands between the fields and the bar, whatever is scrolled."""
        return []

    def extra_buttons(self) -> list[QWidget]:
        """What else can be done with the record, beside Save and Undo."""
        return []

    def _page(self) -> QWidget:
        content = QWidget()
        content.setProperty("kind", "panel")
        content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        body = QVBoxLayout(content)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(self.fields)
        self.extend(body)
        body.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # no stop that one cannot see
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        buttons = [self.save_button, self.undo_button, *self.extra_buttons()]
        actions = bar(*buttons, None, self.message, kind="footbar")
        page = QWidget()
        pile(page, self.head, hline(), area, *self.above_bar(), actions, grows=area)
        return page

    def show_history(self) -> None:
        """Show who changed the record, when and how."""
        self.tools.show_history()

    def is_choosing(self) -> bool:
        """Whether the clerk chooses between two versions now."""
        return self.pages.currentWidget() is self.conflict

    def show_fields(self) -> None:
        """Back from the conflict to the fields."""
        self.pages.setCurrentIndex(0)

    def say(self, text: str, tone: str = "text2") -> None:
        """Say something in the bar, where nobody has to click it away; without a text, why the
        record is lost, if it is.
        """
        self.message.set_tone("red" if self._lost and not text else tone)
        self.message.setText(text or self._lost)

    def lose(self, why: str) -> None:
        """Say from now on why the record cannot be read any more; with an empty text it can."""
        if why != self._lost:
            self._lost = why
            self.say("")

    def complain(self, name: str, text: str, go: bool = True) -> None:
        """Say what is wrong, and if that is one of the form's, under its field; `go` there."""
        for guess in (name, f"{name}_id"):
            if name and guess in self.fields.editors:
                self.fields.complain(guess, text)
                if go:
                    self.fields.reveal(guess)
        self.say(text, "red")
