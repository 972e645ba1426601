"""Compile the translations: every `locale/LANGUAGE/*.po` (one a room) into one catalogue."""

import os

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from resources import DOMAIN, LOCALE


def merged(language: str) -> Catalog:
    """All rooms' translations of one language; a text translated in two ways is refused."""
    whole = Catalog(locale=language, domain=DOMAIN, charset="utf-8")
    for room in sorted((LOCALE / language).glob("*.po")):
        with room.open("rb") as file:
            for message in read_po(file, locale=language):
                if not message.id or not message.string:
                    continue
                known = whole.get(message.id)
                if known and known.string != message.string:
                    raise ValueError(
                        f"{room.name}: {message.id!r} is also translated {known.string!r}"
                    )
                whole.add(message.id, message.string)
    return whole


def compile_all() -> None:
    """Write the compiled catalogue of every language that has translations."""
    for folder in sorted(path for path in LOCALE.iterdir() if path.is_dir()):
        target = folder / "LC_MESSAGES" / f"{DOMAIN}.mo"
        target.parent.mkdir(exist_ok=True)
        # Others may be reading it, or compile at the same time.
        part = target.with_suffix(f".{os.getpid()}")
        with part.open("wb") as file:
            write_mo(file, merged(folder.name))
        os.replace(part, target)


if __name__ == "__main__":
    compile_all()
