"""The journal of unsaved forms, so that what was typed survives a crash.

Each form is one encrypted file in the program's home, by office and operator. The key of an
operator is derived from one in the system's keyring or, without a keyring, in a file that only the
user can read.
"""

import hashlib
import hmac
import json
import logging
import os
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Protocol
from uuid import uuid4

import keyring
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from keyring.errors import KeyringError

from server_schema.home import home
from server_schema.locking import only_one

SERVICE = "Kehu drafts"
log = logging.getLogger(__name__)


class Office(Protocol):
    """What the journal needs to know of a login: which office, and which operator."""

    @property
    def place(self) -> str: ...

    @property
    def me(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Draft:
    """One unsaved form as it was last seen."""

    key: str
    kind: str  # the table
    id: int | None
    payload: Any
    at: datetime
    path: Path


class Drafts:
    """The unsaved forms of one operator at one office. It uses files only, so any thread may call
    it.

    Each running program holds a lock, so that a form is not offered while it is still being typed
    in another window of the same operator.
    """

    def __init__(self, office: Office, folder: Path | None = None) -> None:
        self.folder = (folder or home() / "drafts") / _name(office.place) / _name(office.me["id"])
        self._whose = f"{office.place} {office.me['id']}"
        self.session = uuid4().hex[:12]
        self._held = ExitStack()
        self._opening = Lock()

    def put(self, key: str, kind: str, id: int | None, payload: str) -> None:
        """Keep `payload`, a text made by `to_json`, as the latest state of the form `key`."""
        self._open()
        draft = {"key": key, "kind": kind, "id": id, "payload": payload}
        draft["at"] = datetime.now(UTC).isoformat()
        sealed = self._cipher.encrypt(json.dumps(draft).encode())
        handle, name = tempfile.mkstemp(dir=self.folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self._path(key))
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def drop(self, key: str) -> None:
        """Forget the form `key` of this program: it was saved or given up."""
        self._path(key).unlink(missing_ok=True)

    def take_over(self, draft: Draft) -> None:
        """Make a draft that was left over one of this program, which then replaces and drops it."""
        self._open()
        with suppress(FileNotFoundError):
            os.replace(draft.path, self._path(draft.key))

    def discard(self, draft: Draft) -> None:
        """Forget a draft that was left over."""
        draft.path.unlink(missing_ok=True)

    def all(self) -> list[Draft]:
        """The drafts that are not typed in another program, the latest first; unreadable files
        are skipped.
        """
        paths = (p for p in self.folder.glob("*.draft") if not self._typed_elsewhere(p))
        found = (self._read(path) for path in paths)
        return sorted((d for d in found if d is not None), key=lambda d: d.at, reverse=True)

    def mine(self) -> list[Draft]:
        """The drafts of this program."""
        return [draft for draft in self.all() if draft.path.stem.endswith(f"-{self.session}")]

    def close(self) -> None:
        """Give up the lock; what is still in the journal is offered at the next start."""
        self._held.close()

    def _open(self) -> None:
        with self._opening:
            lock = self._lock(self.session)
            if not lock.exists():
                self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._held.enter_context(only_one(lock, 0))

    def _read(self, path: Path) -> Draft | None:
        try:
            draft = json.loads(self._cipher.decrypt(path.read_bytes()))
            payload, at = from_json(draft["payload"]), datetime.fromisoformat(draft["at"])
            return Draft(draft["key"], draft["kind"], draft["id"], payload, at, path)
        except (OSError, InvalidToken, ValueError, KeyError) as error:
            log.warning("draft %s cannot be read: %r", path.name, error)
            return None

    def _path(self, key: str) -> Path:
        return self.folder / f"{_name(key)}-{self.session}.draft"

    def _lock(self, session: str) -> Path:
        return self.folder / f"{session}.lock"

    def _typed_elsewhere(self, path: Path) -> bool:
        session = path.stem.rpartition("-")[2]
        lock = self._lock(session)
        if session == self.session or not lock.exists():
            return False
        try:
            with only_one(lock, 0):
                pass
        except TimeoutError:
            return True
        lock.unlink(missing_ok=True)
        return False

    @cached_property
    def has_keyring(self) -> bool:
        """Whether the key is kept in the system's keyring. The key is made if there is none yet."""
        return _keyring_key() is not None

    @cached_property
    def _cipher(self) -> MultiFernet:
        known = _keyring_key() if self.has_keyring else None
        keys = [known or _file_key()]
        # A keyring may be locked at one start and open at the next.
        if known and (other := _stored_key()):
            keys.append(other)
        # Operators who share an account of the computer share its keyring, but no key of it. What
        # was sealed before there were own keys is read as well.
        own = (urlsafe_b64encode(hmac.digest(k, self._whose.encode(), "sha256")) for k in keys)
        return MultiFernet([Fernet(key) for key in (*own, *keys)])


def _name(text: object) -> str:
    return hashlib.sha256(str(text).encode()).hexdigest()[:24]


def _keyring_key() -> bytes | None:
    """The key from the system's keyring, made there when there is none; None without keyring."""
    try:
        account = _name(home())
        known = keyring.get_password(SERVICE, account)
        if known is None:
            known = Fernet.generate_key().decode()
            keyring.set_password(SERVICE, account, known)
            if keyring.get_password(SERVICE, account) != known:
                return None
        return known.encode()
    except (KeyringError, OSError, RuntimeError) as error:
        log.info("no keyring for drafts: %r", error)
        return None


def _file_key() -> bytes:
    """The key in the file, made there when there is none: at once and whole, or not at all."""
    home().mkdir(parents=True, exist_ok=True)
    with only_one(home() / "drafts.lock", 10):
        if known := _stored_key():
            return known
        handle, name = tempfile.mkstemp(dir=home(), suffix=".part")
        made = Fernet.generate_key()
        with os.fdopen(handle, "wb") as file:
            file.write(made)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, _key_file())
        return made


def _stored_key() -> bytes | None:
    try:
        known = _key_file().read_bytes()
        Fernet(known)
    except (FileNotFoundError, ValueError):
        return None
    return known


def _key_file() -> Path:
    return home() / "drafts.key"


_TYPES: dict[str, Callable[[str], Any]] = {
    "decimal": Decimal,
    "date": date.fromisoformat,
    "moment": datetime.fromisoformat,
}


def to_json(values: Any) -> str:
    """`values` as text that keeps decimals, dates and moments exactly."""
    return json.dumps(values, default=_tagged, ensure_ascii=False)


def from_json(text: str) -> Any:
    """The values that `to_json` made a text of."""
    return json.loads(text, object_hook=_untagged)


def _tagged(value: Any) -> dict[str, str]:
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, datetime):
        return {"$moment": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    raise TypeError(f"{type(value).__name__} cannot be kept in a draft")


def _untagged(found: dict[str, Any]) -> Any:
    if len(found) == 1:
        ((tag, value),) = found.items()
        make = _TYPES.get(tag.removeprefix("$")) if tag.startswith("$") else None
        if make is not None:
            return make(value)
    return found
