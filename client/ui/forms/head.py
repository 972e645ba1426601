"""The head of a form: title, owner and state in one line, and a banner about others' changes."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from client.data.forms import FormData
from client.i18n import _, within
from client.model import Entity, fields
from client.ui.forms.fields import FormFields
from client.ui.forms.presence import PresenceLine
from client.ui.kit import Badge, Button, ElidedLabel, Label, StateMark, bar
from client.ui.tables import marks

TITLE_PT = 13.0
LINE = ("owner_id", "region_id", "department_id", "type_id", "customer_id", "rights", "parent_id")


class FormHead(QWidget):
    """Title, badge, number, a line of facts, state; a banner when somebody else saved."""

    compare_requested = Signal()

    def __init__(self, entity: type[Entity]) -> None:
        super().__init__()
        self._entity = entity
        self.setProperty("kind", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = ElidedLabel("", "text", TITLE_PT)
        self._badge, self._state = Badge("", "plain"), StateMark("", "disc", "green")
        self._code, self._facts = Label(""), ElidedLabel("", "text2")
        self._first = self._line(self._title, self._badge, gap=8)
        self._first.addStretch(1)
        self._before_tools = self._first.count()
        second = self._line(self._code, self._facts, self._state, gap=12)
        second.addStretch(1)
        self._compare = Button(_("Compare"))
        self._compare.clicked.connect(self.compare_requested)
        said = Label(_("Somebody else has saved this record meanwhile."), "amber")
        self._banner = bar(said, None, self._compare, kind="bar")
        self._banner.hide()
        self.presence = PresenceLine()
        inner = QVBoxLayout()
        inner.setContentsMargins(12, 6, 8, 6)
        inner.setSpacing(1)
        inner.addLayout(self._first)
        inner.addLayout(second)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(inner)
        column.addWidget(self.presence)
        column.addWidget(self._banner)

    def add_button(self, button: QWidget) -> None:
        """Put a button at the right of the title, before what every form has."""
        self._first.insertWidget(self._before_tools, button)
        self._before_tools += 1

    def add_tools(self, tools: QWidget) -> None:
        """Put what every form has at the end of the title's line."""
        self._first.addWidget(tools)

    def show_record(self, data: FormData, shown: FormFields) -> None:
        """Say who the record is, with the texts that its fields show."""
        values, known = data.values, fields(self._entity)
        new = _("New {kind}").format(kind=within(_(self._entity.LABEL)))
        title = values.get(self._entity.TITLE) if values.get("id") else None
        self._title.setText(str(title or new))
        self._title.updateGeometry()
        code = values.get(self._entity.CODE) if self._entity.CODE else ""
        self._code.setText(str(code or ""))
        self._code.setVisible(bool(code))
        facts = [
            shown.text_of(name, values[name])
            if name in shown.editors
            else data.titles.get(name, "")
            for name in LINE
            if values.get(name)
        ]
        note = _(self._entity.NOTE) if self._entity.NOTE else ""
        self._facts.setText(" · ".join(text for text in facts if text) or note)
        self._facts.updateGeometry()
        self._badge.set("")
        self._state.set("")
        for name, field in known.items():
            value = values.get(name)
            if marks.is_grade(field) and value:
                grades = marks.grade_kinds(data.choices.get(field.target, []))  # type: ignore[arg-type]
                text = shown.text_of(name, value)
                self._badge.set(text, grades.get(text, "plain"))
            mark = marks.state_mark(field, value) if marks.is_state(field) else None
            if mark is not None and values.get("id"):
                self._state.set(*mark)
        if values.get("id") and values.get("active") is False:
            self._state.set(_("not active"), "cross", "text2")

    def show_stale(self) -> None:
        """Somebody else saved the record while this form holds unsaved text."""
        self._banner.show()

    def hide_stale(self) -> None:
        self._banner.hide()

    @staticmethod
    def _line(*parts: QWidget, gap: int) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(gap)
        for part in parts:
            row.addWidget(part)
        return row
