"""Where this computer's user keeps everything that Kehu ever writes."""

import os
from pathlib import Path

import platformdirs


def home() -> Path:
    """The folder named by KEHU_HOME, else the system's place for a program's data. Exists after."""
    named = os.environ.get("KEHU_HOME")
    place = Path(named).expanduser() if named else platformdirs.user_data_path("kehu", False)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place.resolve()
