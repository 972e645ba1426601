"""The two customers side by side: which number stays, and whose value of each field."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QGridLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from client.data import formats, lookups, merging
from client.data.merging import Side as OfTwo
from client.i18n import N_, _, plural
from client.model import Customer, fields
from client.ui.forms.conflict import Side
from client.ui.kit import Label, hline

NUMBER = "number"
OLDER_STAYS = N_(
    "Key fields change here only after approval: the older customer stays, and what you choose of"
    " the other's key fields is asked for."
)
INDENT = 30  # of what has no button before it


def text_of(side: OfTwo, name: str) -> str:
    """A value of one customer as people read it."""
    field, value = fields(Customer)[name], side.data.values[name]
    if field.target is not None and value is not None:
        known = side.data.choices.get(field.target, [])
        return lookups.titles(known).get(value) or side.data.titles.get(name, str(value))
    return formats.text_of(field, value)


def _take_away(button: QAbstractButton) -> None:
    """Offer no choice where there is none; what stands beside it stays where it is."""
    policy = button.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    button.setSizePolicy(policy)
    button.setDisabled(True)
    button.hide()


class MergeChoice(QScrollArea):
    """One line a field: ←/→ chooses, Tab goes on. At first the fuller one is kept."""

    kept_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.sides: tuple[OfTwo, ...] = ()
        self._groups: dict[str, QButtonGroup] = {}
        self._touched: set[str] = set()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)

    def show_sides(self, left: OfTwo, right: OfTwo, older_stays: bool = False) -> None:
        """Show what differs; what is the same needs no choice. Which customer stays needs none
        either if that has to be the older one.
        """
        self.sides, self._groups, self._touched = (left, right), {}, set()
        content, column, grid = QWidget(), QVBoxLayout(), QGridLayout()
        content.setProperty("kind", "panel")
        content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        for place, stretch in enumerate((0, 1, 1)):
            grid.setColumnStretch(place, stretch)
        differing = merging.differing(left, right)
        self._add(content, grid, NUMBER, _("Number that stays"))
        for name in differing:
            self._add(content, grid, name, _(fields(Customer)[name].label))
        self._add_extents(grid)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(12)
        if older_stays:
            told = Label(_(OLDER_STAYS), "amber")
            told.setWordWrap(True)
            column.addWidget(told)
        column.addLayout(grid)
        same = len(merging.FIELDS) - len(differing)
        one, many = N_("{n} field is the same in both."), N_("{n} fields are the same in both.")
        column.addWidget(Label(plural(same, one, many), "text2"))
        column.addStretch(1)
        content.setLayout(column)
        self.setWidget(content)
        kept = merging.older(left, right) if older_stays else merging.fuller(left, right)
        self._groups[NUMBER].button(kept).setChecked(True)
        if older_stays:
            _take_away(self._groups[NUMBER].button(1 - kept))
        self._choose_anew()
        self.focus_first()

    def _add(self, parent: QWidget, grid: QGridLayout, name: str, label: str) -> None:
        row = grid.rowCount()
        group = QButtonGroup(parent)
        grid.addWidget(Label(label, "text2"), row, 0, Qt.AlignmentFlag.AlignTop)
        for place, side in enumerate(self.sides):
            text = text_of(side, name)
            offered = Side(text, f"{label}: {text}")
            group.addButton(offered.button, place)
            grid.addWidget(offered, row, 1 + place)
        grid.addWidget(hline(), row + 1, 0, 1, 3)
        group.setObjectName(name)
        group.idClicked.connect(self._clicked)
        self._groups[name] = group

    def _add_extents(self, grid: QGridLayout) -> None:
        row = grid.rowCount()
        grid.addWidget(Label(_("Owner"), "text2"), row, 0)
        grid.addWidget(Label(_("What hangs on it"), "text2"), row + 1, 0)
        for place, side in enumerate(self.sides):
            texts = (text_of(side, "owner_id"), merging.counted(side.extent) or "–")
            for line, text in enumerate(texts):
                told = Label(text)
                told.setWordWrap(True)
                told.setIndent(INDENT)
                grid.addWidget(told, row + line, 1 + place)

    def _clicked(self, _place: int) -> None:
        sender = self.sender()
        name = sender.objectName() if sender is not None else NUMBER
        if name == NUMBER:
            self._choose_anew()
        else:
            self._touched.add(name)

    def _choose_anew(self) -> None:
        """What was not chosen yet comes from the kept one, or from the other where it has none."""
        kept = self.kept()
        more = merging.taken(self.sides[kept], self.sides[1 - kept])
        for name, group in self._groups.items():
            if name != NUMBER and name not in self._touched:
                group.button(1 - kept if name in more else kept).setChecked(True)
        self.kept_changed.emit()

    def kept(self) -> int:
        """The side whose number stays."""
        return self._groups[NUMBER].checkedId()

    def choose(self, name: str, place: int) -> None:
        """Choose one side for one field, as the clerk does."""
        self._groups[name].button(place).click()

    def taken(self) -> list[str]:
        """The fields that the kept customer takes from the other."""
        other = 1 - self.kept()
        return [n for n, g in self._groups.items() if n != NUMBER and g.checkedId() == other]

    def focus_first(self) -> None:
        button = self._groups[NUMBER].checkedButton()
        if button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)
