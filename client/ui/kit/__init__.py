"""The widgets every screen is made of, gathered under one name."""

from client.ui.kit.busy import BusyBar
from client.ui.kit.buttons import Button, IconButton
from client.ui.kit.flow import FlowBar
from client.ui.kit.form import FormGrid, mark_wrong
from client.ui.kit.hairlines import hline, vline
from client.ui.kit.keys import bind, connect_steps
from client.ui.kit.labels import Badge, ElidedLabel, FigureStrip, Label, StateMark, StateTrack
from client.ui.kit.layout import EmptyState, Section, bar, headline, lay_dialog, pile
from client.ui.kit.question import Question, ask_unsaved
from client.ui.kit.tabs import Tabs

__all__ = [
    "Badge",
    "BusyBar",
    "Button",
    "ElidedLabel",
    "EmptyState",
    "FigureStrip",
    "FlowBar",
    "FormGrid",
    "IconButton",
    "Label",
    "Question",
    "Section",
    "StateMark",
    "StateTrack",
    "Tabs",
    "ask_unsaved",
    "bar",
    "bind",
    "connect_steps",
    "headline",
    "hline",
    "lay_dialog",
    "mark_wrong",
    "pile",
    "vline",
]
