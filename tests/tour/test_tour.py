"""The tour still finds its way through the program."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_no_sight_is_lost(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.tour", tmp_path, "--language", "en", "--once"],
        cwd=PROJECT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    pictures = {path.stem for path in tmp_path.rglob("*.png")}
    assert {"login", "login_refused", "customers", "conflict", "delete", "keys"} <= pictures
