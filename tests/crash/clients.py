"""The program as a real process that a test types into, watches, and kills."""

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from client.data.drafts import from_json
from client.settings import Settings
from tests import servers
from tests.patience import PATIENCE, wait_until

ROOT = Path(__file__).resolve().parents[2]
AWAY = "no connection"


class Client:
    """One running program. `home` is its KEHU_HOME; `profile` where its server is."""

    def __init__(self, home: Path, profile: dict[str, Any] | None = None) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        settings = Settings(home / "settings.json")
        settings.set("language", "en")
        if profile is not None:
            settings.profiles = [profile]
            settings.set("server", profile["name"])
        environment = {
            **os.environ,
            "KEHU_HOME": str(home),
            "QT_QPA_PLATFORM": "offscreen",
            # Nothing of a test belongs into the keyring of whoever runs it.
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }
        self.errors = home / "standard-error.log"
        with self.errors.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.crash.driver"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
            )
        self._answers: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put("")

    @property
    def pid(self) -> int:
        return self._process.pid

    def _answer(self) -> Any:
        while True:
            line = self._answers.get(timeout=PATIENCE)
            assert line, f"the program ended: {self.errors.read_text()}"
            if line.startswith("{"):
                break
        answer = from_json(line)
        assert "failed" not in answer, answer["failed"]
        return answer["answer"]

    def ask(self, command: str, *arguments: Any) -> Any:
        """Have the program do something, and return its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([command, *arguments]) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def until(self, command: str, *arguments: Any, like: Callable[[Any], Any] = bool) -> Any:
        """Ask again and again until the answer is `like` what is waited for; returns it."""
        found: list[Any] = []

        def right() -> bool:
            found.append(self.ask(command, *arguments))
            return bool(like(found[-1]))

        wait_until(f"{command} {arguments}", right, lambda: found[-1])
        return found[-1]

    def enter(self, login: str) -> "Client":
        """Log in; returns when the window is open."""
        assert self._answer() == "started"
        self.ask("login", login, servers.PASSWORD)
        wait_until("log in", lambda: self.ask("entered"), lambda: self.ask("refusal"))
        return self

    def open(self, kind: str, id: int | None, **start: Any) -> None:
        """Open the form of a record; returns when it can be typed into."""
        self.ask("open_record", kind, id, start)
        self.until("ready")

    def form(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("form")
        return found

    def save(self) -> dict[str, Any]:
        """Save the form; returns what it shows when that has ended, well or badly."""
        self.ask("save")
        found: dict[str, Any] = self.until("form", like=lambda form: not form["busy"])
        return found

    def kill(self) -> None:
        """As a power switch would, not as the program would like it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
