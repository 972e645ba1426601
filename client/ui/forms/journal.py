"""Keeps what is typed in a form in the journal of drafts, soon after it was typed."""

from collections.abc import Callable
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from client.context import Context
from client.data.drafts import Draft, Drafts, to_json
from client.ui.forms.presence import Presence, PresenceLine

PAUSE_MS = 500


# A login is not kept beyond its end, nor is what it knows of its operator.
_journals: WeakKeyDictionary[Any, Drafts] = WeakKeyDictionary()


def drafts_of(office: Any) -> Drafts:
    """The journal of one login. There is one in a process, since it holds a lock."""
    if office not in _journals:
        _journals[office] = Drafts(office)
    return _journals[office]


def hand_on(window: QWidget) -> None:
    """Write what is unsaved in the forms of a window before another window replaces it."""
    for journal in window.findChildren(FormJournal):
        journal.hand_on()


class _Entry:
    """One writing of a form on a worker thread. If the form is dropped meanwhile, it is removed
    again.
    """

    def __init__(self, drafts: Drafts, key: str, kind: str, id: int | None) -> None:
        self._drafts, self._named = drafts, (key, kind, id)
        self.dropped = False

    def write(self, text: str) -> None:
        """Write the entry; for a worker thread."""
        self._drafts.put(*self._named, text)
        if self.dropped:
            self._drafts.drop(self._named[0])


class FormJournal(QObject):
    """The journal's entry of one form: call `note` after each change, `stored` after a save, `drop`
    to give up.

    `payload` returns what to keep, as plain values. Colleagues are told of unsaved changes, too;
    what is known of theirs is shown in `line`.
    """

    def __init__(
        self,
        context: Context,
        form: QWidget,
        kind: str,
        payload: Callable[[], Any],
        line: PresenceLine | None = None,
    ) -> None:
        super().__init__(form)
        self._context, self.kind, self._payload = context, kind, payload
        self._key = ""
        self._id: int | None = None
        self._writing: _Entry | None = None
        self.presence = Presence(context, form, kind)
        if line is not None:
            self.presence.told.connect(line.say)
        self._kept = False
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self.write)

    def name(self, key: str, id: int | None) -> None:
        """Set the key of the entry; each new record has a key of its own."""
        self._key, self._id = key, id
        self.presence.watch(id)

    def take_over(self, draft: Draft) -> None:
        """Go on with a draft that was left over; it stays as it is until more is typed."""
        self.name(draft.key, draft.id)
        self._kept = True
        drafts_of(self._context.office).take_over(draft)

    def note(self) -> None:
        """Something was typed."""
        self._kept = True
        self.presence.typing()
        if not self._timer.isActive():
            self._timer.start()

    def write(self) -> None:
        """Write now."""
        if self._writing is not None:
            self._timer.start()
            return
        drafts = drafts_of(self._context.office)
        self._writing = _Entry(drafts, self._key, self.kind, self._id)
        work = partial(self._writing.write, to_json(self._payload()))
        self._context.jobs.run(self, work, self._written, self._not_written, apart=True)

    def hand_on(self) -> None:
        """Write what is unsaved at once, and leave it to the form that replaces this one."""
        self._timer.stop()
        if self._kept:
            text = to_json(self._payload())
            drafts_of(self._context.office).put(self._key, self.kind, self._id, text)

    def stored(self, key: str, id: int, unsaved: bool) -> None:
        """The record was saved; from now on its key is `key`.

        `unsaved`: something was typed since the save began. It is written before the old entry is
        dropped, so that a crash leaves one of the two.
        """
        before, same = self._key, self._key == key
        if not unsaved:
            self.drop()
        self.name(key, id)
        if not unsaved or (same and self._writing is not None):
            return  # what is just being written would come after it; the timer runs
        try:
            self.hand_on()
        except OSError as error:
            self._context.jobs.problem.emit(error)
        if not same:
            if self._writing is not None:
                self._writing.dropped = True
            drafts_of(self._context.office).drop(before)

    def drop(self) -> None:
        """Forget what was kept."""
        self._kept = False
        self._timer.stop()
        self.presence.gone()
        if self._writing is not None:
            self._writing.dropped = True
        drafts_of(self._context.office).drop(self._key)

    def _written(self, _nothing: None) -> None:
        self._writing = None

    def _not_written(self, error: Exception) -> None:
        self._writing = None
        self._context.jobs.problem.emit(error)


def kept_title(title: str, record_id: int | None, name: str | None) -> str:
    """What a draft is called: of new records several may wait, so each says what it names."""
    title = title.removesuffix(" *")
    return f"{title} · {name}" if record_id is None and name else title
