"""The process that writes a long workbook, so that no window waits for it.

It reads pickled messages of its parent on standard input, and answers with one on standard output.
"""

import pickle
import sys
from pathlib import Path

from client.data.workbooks.writer import BookWriter


def main() -> int:
    """Messages: ("open", path, language, zone), ("begin", head), ("rows", [...]), ("close",)."""
    answer: tuple[object, ...]
    try:
        answer = ("done",) if serve() else ("left",)
    except OSError as error:
        answer = ("refused", error.errno, error.strerror or str(error))
    pickle.dump(answer, sys.stdout.buffer)
    sys.stdout.buffer.flush()
    return 0


def serve() -> bool:
    """Whether the workbook was finished; False where the parent went away before."""
    source = sys.stdin.buffer
    _word, path, language, zone = pickle.load(source)
    writer = BookWriter(Path(path), language, zone)
    while True:
        try:
            word, *rest = pickle.load(source)
        except EOFError:
            writer.abandon()
            return False
        if word == "close":
            writer.close()
            return True
        getattr(writer, word)(*rest)


if __name__ == "__main__":
    sys.exit(main())
