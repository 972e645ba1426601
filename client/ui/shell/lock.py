"""Locks the window when nobody has used it for a while.

Everything stays open under a cover; jobs and news of changes go on, and nothing typed is lost.
"""

from functools import partial
from time import monotonic
from typing import Any, cast

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from shiboken6 import isValid

from client.context import Context
from client.data.errors import sentence
from client.data.login_attempts import LoginAttempts, waiting_text
from client.i18n import N_, _, plural
from client.ui.icons import paint_icon
from client.ui.kit import BusyBar, Button, FormGrid, Label, bar, lay_dialog
from client.ui.login.password_edit import PasswordEdit
from client.ui.theme import size, theme

LOOK_MS = 5000
SETTING = "idle_lock_minutes"
TOUCHES = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate,
    QEvent.Type.TabletPress,
    QEvent.Type.TabletMove,
    QEvent.Type.InputMethod,
}


class _Cover(QWidget):
    """Hides all that a window shows."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        # The window itself is not kept: it could then go while its cover is being taken away.
        self._title = window.windowTitle()
        window.setWindowTitle("Kehu")
        self.setGeometry(window.rect())
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.raise_()
        self.show()

    def lift(self) -> None:
        window = self.parentWidget()
        if window is not None:
            window.setWindowTitle(self._title)
        self.hide()
        self.deleteLater()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme()
        painter.fillRect(self.rect(), look.color("window"))
        side = 32
        box = QRect(0, 0, side, side)
        box.moveCenter(self.rect().center())
        paint_icon(painter, "lock-simple", box, look.color("ghost"))


class LockDialog(QDialog):
    """Asks the operator's password; only the right one ends it."""

    def __init__(self, context: Context, why: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._attempts = context, LoginAttempts(context.settings)
        self.setWindowTitle(_("Locked"))
        self.setWindowFlags(
            Qt.WindowType.Dialog | Qt.WindowType.CustomizeWindowHint | Qt.WindowType.WindowTitleHint
        )
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.setProperty("kind", "surface")
        self.setMinimumWidth(380)
        me = context.office.me
        self.password = PasswordEdit()
        self.form = FormGrid(1)
        who = Label(f"{me.get('name')} ({context.office.login})")
        who.setFixedHeight(size("field"))
        self.form.add(_("Operator"), who)
        self.form.add(_("Password"), self.password)
        self.password.caps_changed.connect(self._caps_changed)
        said = Label(why, "text2")
        said.setWordWrap(True)
        self.unlock_button = Button(_("Unlock"), "Enter", "lock-simple-open", "primary")
        self.unlock_button.setDefault(True)
        self.unlock_button.clicked.connect(self.unlock)
        lay_dialog(self, said, self.form, foot=bar(None, self.unlock_button, kind="footbar"))
        self.busy = BusyBar(self)
        self.password.setFocus()

    def unlock(self) -> None:
        """Ask the server whether the password is right."""
        office, password = self._context.office, self.password.text()
        wait = self._attempts.seconds_to_wait(office.profile, office.login)
        if wait:
            self.form.set_message(self.password, waiting_text(wait))
        elif password and self.unlock_button.isEnabled():
            self.unlock_button.setEnabled(False)
            self.busy.start()
            work = partial(office.is_password, password)
            self._context.jobs.run(self, work, self._answered, self._failed)

    def _answered(self, right: bool) -> None:
        office = self._context.office
        self._quiet()
        if right:
            self._attempts.passed(office.profile, office.login)
            super().accept()
            return
        self._attempts.failed(office.profile, office.login)
        self.form.set_message(self.password, _("The password is wrong."))
        self.password.selectAll()
        self.password.setFocus()

    def _failed(self, error: Exception) -> None:
        self._quiet()
        self.form.set_message(self.password, sentence(error))

    def _quiet(self) -> None:
        self.unlock_button.setEnabled(True)
        self.busy.stop()

    def _caps_changed(self, on: bool) -> None:
        self.form.set_message(self.password, _("Caps Lock is on") if on else "", "amber")

    def reject(self) -> None:
        """Esc does not open it."""

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()


class IdleLock(QObject):
    """Watches one main window. `changed` tells whether it is locked.

    What hands do comes to a native window first, or from an input method to what has the focus:
    only these are watched, so that no other event costs anything until it is locked.
    """

    changed = Signal(bool)
    # Of the class as well: when Python takes it apart with its window, events still come here.
    dialog: LockDialog | None = None

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        self._covers: list[_Cover] = []
        self._focus: QWidget | None = None
        self.dialog = None
        self.touched = monotonic()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self._app = cast("QApplication", QApplication.instance())
        self._app.focusChanged.connect(self._focus_moved)
        self._watch()

    def stop(self) -> None:
        """Watch no longer, since the window goes for good."""
        if not self._timer.isActive():
            return
        self._timer.stop()
        self._app.focusChanged.disconnect(self._focus_moved)
        for watched in (self._app, self._app.focusWidget(), *QGuiApplication.allWindows()):
            if watched is not None:
                watched.removeEventFilter(self)

    def _watch(self) -> None:
        """Windows that came since the last time are watched as well."""
        for window in QGuiApplication.allWindows():
            window.installEventFilter(self)

    def _focus_moved(self, before: QWidget | None, now: QWidget | None) -> None:
        if before is not None:
            before.removeEventFilter(self)
        if now is not None:
            now.installEventFilter(self)
        self._watch()

    @property
    def locked(self) -> bool:
        return self.dialog is not None

    def minutes(self) -> int:
        """After how many minutes the office wants windows locked; 0 for never."""
        found = getattr(self._context.office, "settings", {}).get(SETTING)
        return found if isinstance(found, int) and found > 0 else 0

    def look(self) -> None:
        """Lock the window if nobody has used it for as long as the office allows."""
        self._watch()
        minutes = self.minutes()
        if minutes and monotonic() - self.touched >= 60 * minutes:
            one = N_("Nobody was here for {n} minute. All that is open and typed stays as it is.")
            many = N_("Nobody was here for {n} minutes. All that is open and typed stays as it is.")
            self.lock(plural(minutes, one, many))

    def lock(self, why: str = "") -> None:
        """Cover every window and ask for the password."""
        if self.locked or not self._window.isVisible():
            return
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        self._focus = QApplication.focusWidget()
        why = why or _("All that is open and typed stays as it is.")
        self.dialog = LockDialog(self._context, why, self._window)
        self._app.installEventFilter(self)  # windows that come now are met nowhere else
        for window in QApplication.topLevelWidgets():
            self._cover(window)
        self.dialog.accepted.connect(self._unlocked)
        self.dialog.open()
        self.changed.emit(True)

    def _cover(self, window: QWidget) -> None:
        covered = [cover.parentWidget() for cover in self._covers if isValid(cover)]
        shown = window.isVisible() and window.windowType() != Qt.WindowType.ToolTip
        if window is not self.dialog and shown and window not in covered:
            self._covers.append(_Cover(window))

    def _unlocked(self) -> None:
        self._app.removeEventFilter(self)
        dialog, self.dialog = self.dialog, None
        covers, self._covers = self._covers, []
        for cover in covers:
            if isValid(cover):
                cover.lift()
        if dialog is not None:
            dialog.deleteLater()
        if self._focus is not None and isValid(self._focus):
            self._focus.setFocus()
        self._focus = None
        self.touched = monotonic()
        self.changed.emit(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind: Any = event.type()
        if kind in TOUCHES:
            self.touched = monotonic()
        elif self.locked and isinstance(watched, QWidget) and watched.isWindow():
            if kind == QEvent.Type.Show:
                self._cover(watched)
            elif kind == QEvent.Type.Resize:
                for cover in self._covers:
                    if isValid(cover) and cover.parentWidget() is watched:
                        cover.setGeometry(watched.rect())
        return False
