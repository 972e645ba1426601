"""Makes items ahead in a thread, so that rows are judged while the database writes those before."""

import queue
import threading
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
WAIT = 0.5  # seconds after which a thread looks whether it is still wanted


def prefetched(items: Iterable[Item], most: int = 6) -> Iterator[Item]:
    """The same items, up to `most` of them made in a thread before they are asked for.

    An error in the making is raised here. The thread ends when the caller stops asking.
    """
    made: queue.Queue[tuple[bool, Item | BaseException | None]] = queue.Queue(most)
    unwanted = threading.Event()

    def put(more: bool, item: Item | BaseException | None) -> None:
        while not unwanted.is_set():
            try:
                return made.put((more, item), timeout=WAIT)
            except queue.Full:
                continue

    def make() -> None:
        try:
            for item in items:
                put(True, item)
                if unwanted.is_set():
                    return
            put(False, None)
        except BaseException as error:
            put(False, error)

    worker = threading.Thread(target=make, name="import-ahead", daemon=True)
    worker.start()
    try:
        while True:
            more, item = made.get()
            if not more:
                if isinstance(item, BaseException):
                    raise item
                return
            yield item  # type: ignore[misc]
    finally:
        unwanted.set()
        worker.join()
