"""What every screen is handed: login, background work, news of changes, settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from client.data.connection import Office
    from client.settings import Settings
    from client.ui.bus import Bus
    from client.ui.jobs import Jobs


@dataclass(frozen=True)
class Context:
    """Passed to constructors, never global. `office.session()` belongs into jobs only."""

    office: Office
    jobs: Jobs
    bus: Bus
    settings: Settings
