"""Panels that dock, tab, split and float. Only this file knows that QtAds does it."""

from collections.abc import Callable, Mapping
from functools import partial

import PySide6QtAds as ads
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from client.ui import qss
from client.ui.shell.panel_keys import PanelKeys
from client.ui.theme import theme

RIGHT_WIDTH = 440
_FLAGS = {
    ads.CDockManager.eConfigFlag.OpaqueSplitterResize: True,
    ads.CDockManager.eConfigFlag.AllTabsHaveCloseButton: True,
    ads.CDockManager.eConfigFlag.DockAreaHasUndockButton: False,
    ads.CDockManager.eConfigFlag.DockAreaHasCloseButton: False,
    ads.CDockManager.eConfigFlag.DockAreaHideDisabledButtons: True,
    ads.CDockManager.eConfigFlag.DockAreaDynamicTabsMenuButtonVisibility: True,
    ads.CDockManager.eConfigFlag.FocusHighlighting: True,
    ads.CDockManager.eConfigFlag.HideSingleCentralWidgetTitleBar: False,
    # Plain text can be checked before it is given back to QtAds.
    ads.CDockManager.eConfigFlag.XmlCompressionEnabled: False,
}


class Docks(QWidget):
    """Panels by key: `center` for lists and papers, `right` for forms beside them."""

    current_changed = Signal(str)
    closed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        for flag, on in _FLAGS.items():
            ads.CDockManager.setConfigFlag(flag, on)
        self._manager = ads.CDockManager(self)
        self._docks: dict[str, ads.CDockWidget] = {}
        self._areas: dict[str, str] = {}
        self._keys = PanelKeys(self)
        self._current = ""
        self._empty: QWidget | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._manager)
        self._manager.focusedDockWidgetChanged.connect(self._focus_moved)
        theme().changed.connect(self._dress)
        self._dress()

    def set_empty(self, widget: QWidget) -> None:
        """What stands here while no panel is open."""
        self._empty = widget
        widget.setParent(self)
        self._show_empty()

    def open(
        self, key: str, title: str, factory: Callable[[], QWidget], area: str = "center"
    ) -> QWidget:
        """Make the panel `key`, or raise it where it is open already; returns its content."""
        dock = self._docks.get(key)
        if dock is None:
            dock = ads.CDockWidget(self._manager, title)
            dock.setObjectName(key)
            dock.setFeature(ads.CDockWidget.DockWidgetFeature.CustomCloseHandling, True)
            dock.setWidget(factory(), ads.CDockWidget.eInsertMode.ForceNoScrollArea)
            dock.closeRequested.connect(self._close_requested)
            self._docks[key], self._areas[key] = dock, area
            self._place(dock, area)
            dock.tabWidget().clicked.connect(self._tab_clicked)
            self._show_empty()
        self.raise_panel(key)
        content: QWidget = dock.widget()
        return content

    def raise_panel(self, key: str) -> None:
        """Bring the panel to the front and give it the keys."""
        dock = self._docks[key]
        if dock.isClosed():
            dock.toggleView(True)
        dock.setAsCurrentTab()
        dock.raise_()
        self._manager.setDockWidgetFocused(dock)
        self._keys.give(key)
        self._set_current(key)

    def close(self, key: str = "") -> bool:
        """Close one panel, unless its content objects; false when it stays."""
        dock = self._docks.get(key)
        if dock is None:
            return True
        ask = getattr(dock.widget(), "may_close", None)
        was_current = self._current == key
        if ask is not None and not ask():
            return False
        del self._docks[key], self._areas[key]
        self._keys.forget(key)
        content = dock.takeWidget()
        self._manager.removeDockWidget(dock)
        dock.deleteLater()
        content.deleteLater()
        if was_current:
            self._choose_next()
        self._show_empty()
        self.closed.emit(key)
        return True

    def may_close_all(self) -> bool:
        """Ask every panel; false as soon as one wants to stay, which is in front then."""
        before = self.current()
        for key in list(self._docks):
            ask = getattr(self._docks[key].widget(), "may_close", None)
            if ask is not None:
                self.raise_panel(key)
                if not ask():
                    return False
        if before:
            self.raise_panel(before)
        return True

    def current(self) -> str:
        """The key of the panel last worked in, empty where none is open."""
        return self._current if self._current in self._docks else ""

    def open_keys(self) -> list[str]:
        return list(self._docks)

    def widget(self, key: str) -> QWidget | None:
        return self._docks[key].widget() if key in self._docks else None

    def key_of(self, widget: QWidget) -> str:
        """The panel that shows `widget` or a parent of it."""
        for key, dock in self._docks.items():
            if dock.widget() is widget or dock.isAncestorOf(widget):
                return key
        return ""

    def set_title(self, key: str, title: str) -> None:
        if key in self._docks:
            self._docks[key].setWindowTitle(title)
            self._docks[key].setTabToolTip(title)

    def focus_next(self) -> None:
        """Give the keys to the next panel one sees, from left to right."""
        seen = [key for key, dock in self._docks.items() if dock.isCurrentTab()]
        if seen:
            place = seen.index(self._current) + 1 if self._current in seen else 0
            self.raise_panel(seen[place % len(seen)])

    def save(self, names: Mapping[str, str]) -> bytes:
        """How the panels stand now; `names` are those under which they open again."""
        state = bytes(self._manager.saveState().data())
        for key, name in names.items():
            state = state.replace(f'"{key}"'.encode(), f'"{name}"'.encode())
        return state

    def restore(self, state: bytes) -> bool:
        """Put the open panels as they stood; what cannot be read changes nothing."""
        if not state.startswith(b"<?xml"):
            return False
        current = self.current()
        done = bool(self._manager.restoreState(state))
        for key, dock in self._docks.items():
            # What the layout does not know would float in a window of its own.
            if dock.isClosed():
                dock.toggleView(True)
                if dock.isInFloatingContainer():
                    self._place(dock, self._areas[key])
        if current:
            self.raise_panel(current)
        return done

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._empty is not None:
            self._empty.setGeometry(self.rect())

    # Helpers

    def _place(self, dock: ads.CDockWidget, area: str) -> None:
        beside = self._area_of(area, dock)
        where = ads.DockWidgetArea
        if beside is not None:
            self._manager.addDockWidgetTabToArea(dock, beside)
        elif area == "right" and len(self._docks) > 1:
            self._manager.addDockWidget(where.RightDockWidgetArea, dock)
            QTimer.singleShot(0, self._share_width)
        elif len(self._docks) > 1:
            self._manager.addDockWidget(where.LeftDockWidgetArea, dock)
            QTimer.singleShot(0, self._share_width)
        else:
            self._manager.addDockWidget(where.CenterDockWidgetArea, dock)

    def _area_of(self, area: str, but: ads.CDockWidget) -> ads.CDockAreaWidget | None:
        for key in reversed(self._docks):
            dock = self._docks[key]
            same = self._areas[key] == area and dock is not but
            if same and not dock.isClosed() and not dock.isInFloatingContainer():
                return dock.dockAreaWidget()
        return None

    def _share_width(self) -> None:
        """Forms at the right keep their own width, lists take the rest."""
        for key, dock in self._docks.items():
            if self._areas[key] == "right" and not dock.isInFloatingContainer():
                area, total = dock.dockAreaWidget(), self._manager.width()
                if area is not None and len(self._manager.splitterSizes(area)) == 2:
                    wide = min(RIGHT_WIDTH, total // 2)
                    self._manager.setSplitterSizes(area, [total - wide, wide])
                return

    def _dress(self) -> None:
        self._manager.setStyleSheet(qss.docks(theme().name, theme().colors()))

    def _close_requested(self) -> None:
        dock = self.sender()
        for key, known in list(self._docks.items()):
            if known is dock:
                self.close(key)

    def _focus_moved(self, _old: ads.CDockWidget, now: ads.CDockWidget | None) -> None:
        if now is not None and now.objectName() in self._docks:
            self._set_current(now.objectName())

    def _tab_clicked(self) -> None:
        """The keys go to the panel one clicks: by itself Qt hands them to whatever comes next."""
        for key, dock in self._docks.items():
            if dock.tabWidget() is self.sender():
                # The tab bar may hear of the click only after us.
                QTimer.singleShot(0, dock, partial(self._keys.give, key))

    def _set_current(self, key: str) -> None:
        if key != self._current:
            self._current = key
            self.current_changed.emit(key)

    def _choose_next(self) -> None:
        """Work goes on in the panel that now stands where the closed one did."""
        if self.current():
            self.raise_panel(self._current)
            return
        seen = [key for key, dock in self._docks.items() if dock.isCurrentTab()]
        if seen:
            self.raise_panel(seen[-1])
        else:
            self._current = ""
            self.current_changed.emit("")

    def _show_empty(self) -> None:
        if self._empty is not None:
            self._empty.setGeometry(self.rect())
            self._empty.setVisible(not self._docks)
            self._empty.raise_()
