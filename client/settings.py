"""What this computer remembers for its clerk: servers, language, layouts. One JSON file."""

import json
import logging
import os
from pathlib import Path
from typing import Any

EMBEDDED = "embedded"
DEFAULT_PROFILE = {"name": EMBEDDED, "host": "", "port": 0, "database": ""}


class Settings:
    """Values by name; each `set` is on the disk when it returns, whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values = self._read()

    def get(self, key: str, default: Any = None) -> Any:
        """The value of `key`; of another type than `default` counts as missing."""
        value = self._values.get(key, default)
        if default is not None and not isinstance(value, type(default)):
            return default
        return value

    def set(self, key: str, value: Any) -> None:
        """Keep a value that JSON can hold; a full disk is logged, not raised."""
        if key in self._values and self._values[key] == value:
            return
        self._values[key] = value
        self._write()

    @property
    def profiles(self) -> list[dict[str, Any]]:
        """The servers one can log in to: name, host, port, database; `embedded` is always one."""
        kept = [entry for entry in self.get("profiles", []) if _is_profile(entry)]
        if not any(entry["name"] == EMBEDDED for entry in kept):
            kept.insert(0, dict(DEFAULT_PROFILE))
        return kept

    @profiles.setter
    def profiles(self, profiles: list[dict[str, Any]]) -> None:
        self.set("profiles", profiles)

    def profile(self, name: str) -> dict[str, Any]:
        """The profile called `name`, else the first."""
        found = [entry for entry in self.profiles if entry["name"] == name]
        return (found or self.profiles)[0]

    def _read(self) -> dict[str, Any]:
        try:
            values = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            logging.warning("settings not readable, beginning anew: %s", error)
            self._set_aside()
            return {}
        return values if isinstance(values, dict) else {}

    def _set_aside(self) -> None:
        try:
            os.replace(self._path, self._path.with_suffix(".damaged"))
        except OSError as error:
            logging.warning("damaged settings stay where they are: %s", error)

    def _write(self) -> None:
        beside = self._path.with_suffix(f".{os.getpid()}.new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("w", encoding="utf-8") as file:
                json.dump(self._values, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, self._path)
        except OSError as error:
            logging.warning("settings not kept: %s", error)


def _is_profile(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and all(isinstance(entry.get(key), str) for key in ("name", "host", "database"))
        and isinstance(entry.get("port"), int)
    )
