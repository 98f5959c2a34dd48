"""What a running station consists of, made once at the start and handed to whoever needs it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import time_ns

from hardware.radio import LinkHealth
from node.core.moment import Moment
from node.core.station import Station
from node.core.surroundings import Surroundings
from node.daemon.link_state import LinkState
from node.daemon.power_watch import PowerWatch
from node.daemon.showing import Showing
from node.daemon.worker import Worker
from node.keyring.keyring import Keyring
from node.store.sqlite import SqliteStore


@dataclass(frozen=True, slots=True)
class Premises:
    """The parts of one station."""

    here: Surroundings
    station: Station
    store: SqliteStore
    keyring: Keyring
    worker: Worker
    link: LinkState
    link_health: Callable[[], LinkHealth]
    """On the event loop."""
    power: PowerWatch
    read_clock: Callable[[], Moment]
    started_boot_ms: int
    version: str
    store_path: Path
    set_aside: Path | None
    """Where a damaged store was put at this start."""

    def showing(self) -> Showing:
        """What there is as of now; on the store's thread."""
        snapshot = self.station.snapshot(self.read_clock())
        mesh = snapshot.clock.mesh
        doubtful_utc_ms = time_ns() // 1_000_000 if mesh is None else mesh.utc_ms
        return Showing(self.here, snapshot.at, snapshot.clock.now, snapshot.reckoning, doubtful_utc_ms)
