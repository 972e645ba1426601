"""The tour still finds its way through the program."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_a_picture_of_a_real_screen(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.tour", tmp_path, "--language", "en", "--only", "orders"],
        cwd=PROJECT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    pictures = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.png"))
    assert pictures == [
        "en/dark_1366/orders.png",
        "en/dark_560/login.png",
        "en/light_1600/orders.png",
        "en/light_560/login.png",
        "en/light_560/login_refused.png",
    ]
