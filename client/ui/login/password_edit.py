"""A password field that notices when Caps Lock is on."""

import ctypes
import sys

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

_VK_CAPITAL = 0x14


def _system_caps() -> bool | None:
    """Whether Caps Lock is on, asked of Windows; None on other systems, which only show it in
    the letters.
    """
    if sys.platform != "win32":
        return None
    return bool(ctypes.windll.user32.GetKeyState(_VK_CAPITAL) & 1)


class PasswordEdit(QLineEdit):
    """`caps_changed` tells whether Caps Lock is on, as far as the keys show it."""

    caps_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self._caps = False
        # An input method must neither see nor compose a password.
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = event.text()
        if event.key() == Qt.Key.Key_CapsLock:
            known = _system_caps()
            self._set_caps(not self._caps if known is None else known)
        elif len(letter) == 1 and letter.isalpha() and letter.lower() != letter.upper():
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._set_caps(letter.isupper() != shifted)
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        known = _system_caps()
        if known is not None:
            self._set_caps(known)

    def _set_caps(self, on: bool) -> None:
        if on != self._caps:
            self._caps = on
            self.caps_changed.emit(on)
