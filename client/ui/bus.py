"""Signals that tell open screens what was changed, by this program or by others."""

from PySide6.QtCore import QObject, Signal


class Bus(QObject):
    """`changed(table, operation, ids)`: no ids mean many rows, or that it is not known which."""

    changed = Signal(str, str, list)
    connection_lost = Signal()
    connection_back = Signal()
