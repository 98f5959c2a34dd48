"""Through which neighbour a device sends to another: one byte for each node, learnt from answers.

* Learnt when an answer (an ack, or anything with request_id or reply_id) shows the way; see `PacketHistory.shows_way`.
* Forgotten with the last repetition of a packet that nobody acked.
* 2.8 forgets besides what nothing confirmed for 30 minutes or what failed three times, and uses only neighbours heard
  within two hours: a radio without a time source counts everybody as heard long ago and uses none, one that was told
  the time uses them (both recorded).

Kept in RAM here; real devices keep the byte with the node in flash. (Firmware src/mesh/NextHopRouter.cpp, getNextHop,
doRetransmissions, isRouteStale; NodeDB.cpp, resolveLastByte. That 2.8 also drops a byte which fits two neighbours is
not modelled.)
"""

from dataclasses import dataclass

from hardware.simulated.identity import Generation
from hardware.simulated.scheduler import Scheduler
from hardware.simulated.wall_clock import WallClock

STALE_S = 1800.0
FAILURES_MAX = 3


@dataclass(slots=True)
class _Way:
    hop: int
    proved_s: float
    failures: int = 0
    is_cleared: bool = False


class NextHops:
    """One device's next hops.

    Args:
        generation: of its firmware.
        scheduler: tells the age of what was learnt.
        clock: of the device.
    """

    def __init__(self, generation: Generation, scheduler: Scheduler, clock: WallClock) -> None:
        self._is_strict = generation is Generation.V2_8
        self._scheduler = scheduler
        self._clock = clock
        self._ways: dict[int, _Way] = {}

    def toward(self, node: int, own_byte: int) -> int:
        """Return the last byte of the neighbour to send through; 0 for nobody in particular.

        Args:
            node: the destination.
            own_byte: of this device, which is never its own next hop.
        """
        way = self._ways.get(node)
        if way is None or way.is_cleared or way.hop == own_byte:
            return 0
        if not self._is_strict:
            return way.hop
        age_s = self._scheduler.now_s() - way.proved_s
        if way.failures >= FAILURES_MAX or age_s >= STALE_S:
            del self._ways[node]
            return 0
        return way.hop if self._clock.is_set else 0

    def learn(self, node: int, hop: int) -> None:
        """Take note that the way to a node leads through a neighbour; a new neighbour starts without failures."""
        known = self._ways.get(node)
        failures = known.failures if known is not None and known.hop == hop else 0
        self._ways[node] = _Way(hop, self._scheduler.now_s(), failures)

    def proved(self, node: int) -> None:
        """Take note that a packet to a node was acked by it."""
        if (way := self._ways.get(node)) is not None:
            way.failures, way.proved_s = 0, self._scheduler.now_s()

    def failed(self, node: int) -> None:
        """Take note that a packet to a node comes to its last repetition."""
        if (way := self._ways.get(node)) is not None:
            way.failures += 1
            way.is_cleared = True
