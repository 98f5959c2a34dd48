"""Which radio a station speaks through, and what became of what was sent to it: so that ways are judged by results.

A number is learnt from whatever claims to come from the station itself, so anybody on the channel can claim another.
A wrong one costs the first try of a message and no more: every repetition is a broadcast.

    claimed    the latest claim counts; only for what can wait
    worked     the station's own receipt answered a direct message: other claims count no more, FLASH goes this way too
    barred     two direct tries in a row failed, or the radio cannot write to it: forgotten, nothing goes directly for
               `BARRED_MS`

The share of first tries that the station answered is kept for each of the two ways, in thousandths. All of it is hints
in memory.
"""

from dataclasses import dataclass, field
from typing import Final

from node.core.policy import CONTACTS_MAX

BARRED_MS: Final = 1_800_000
"""Half an hour: whoever claims wrong numbers without end delays two messages to a station in that time."""
MEMORY_MS: Final = 1_800_000
"""A share that nothing was added to for so long is forgotten: the way is tried again."""
FAILURES_MAX: Final = 2
"""Direct tries in a row: one frame in ten is lost on a fair link, two running seldom."""
SHARE_AT_FIRST: Final = 800
"""Of both ways, so that the price alone decides."""
SHARE_MIN: Final = 100
"""What fails always counts as ten times as dear."""
TRIES_MAX: Final = 256
"""First tries whose answer is waited for; the oldest is forgotten."""
_WEIGHT: Final = 8
"""Each result counts for an eighth: a fifth of all frames lost does not turn the choice."""


@dataclass(slots=True)
class Share:
    """How often a way was answered."""

    thousandths: int = SHARE_AT_FIRST
    last_at: int = 0

    def seen(self, at: int) -> int:
        """What counts now."""
        return self.thousandths if at - self.last_at <= MEMORY_MS else SHARE_AT_FIRST

    def add(self, at: int, *, is_answered: bool) -> None:
        """One more result."""
        before = self.seen(at)
        now = before - before // _WEIGHT + (1000 // _WEIGHT if is_answered else 0)
        self.thousandths, self.last_at = max(now, SHARE_MIN), at


@dataclass(slots=True)
class Known:
    """What is known of one station's radio."""

    node: int | None = None
    """The radio's number."""
    has_worked: bool = False
    failures: int = 0
    """Direct tries in a row without an answer."""
    barred_until: int = 0
    direct: Share = field(default_factory=Share)
    broadcast: Share = field(default_factory=Share)


@dataclass(slots=True)
class Radios:
    """The radios of the stations heard."""

    _known: dict[int, Known] = field(default_factory=dict)
    _tries: dict[tuple[int, int], bool] = field(default_factory=dict)
    """By item and station, whether it went directly: first tries that are not answered yet."""

    def heard(self, station: int, node: int | None) -> None:
        """A frame that claims to be a certified station's own came from that radio."""
        if node is None:
            return
        if station not in self._known and len(self._known) >= CONTACTS_MAX:
            del self._known[next(iter(self._known))]
        known = self._known.setdefault(station, Known())
        if not known.has_worked:
            known.node = node

    def of(self, station: int, at: int, *, is_urgent: bool) -> int | None:
        """The number to write to a station by; None when a broadcast it shall be."""
        known = self._known.get(station)
        if known is None or at < known.barred_until or (is_urgent and not known.has_worked):
            return None
        return known.node

    def shares(self, station: int, at: int) -> tuple[int, int]:
        """How many in a thousand first tries were answered, direct and broadcast."""
        known = self._known.get(station, Known())
        return known.direct.seen(at), known.broadcast.seen(at)

    def tried(self, item_id: int, station: int, *, is_direct: bool) -> None:
        """The first frame with an item left for a station in reach."""
        if len(self._tries) >= TRIES_MAX:
            del self._tries[next(iter(self._tries))]
        self._tries[item_id, station] = is_direct

    def answered(self, item_id: int, station: int, at: int) -> None:
        """The station says, verified, that it has the item."""
        is_direct = self._tries.pop((item_id, station), None)
        known = self._known.get(station)
        if is_direct is None or known is None:
            return
        if is_direct:
            known.direct.add(at, is_answered=True)
            known.has_worked, known.failures = known.node is not None, 0
        else:
            known.broadcast.add(at, is_answered=True)

    def unanswered(self, item_id: int, station: int, at: int) -> None:
        """The item has to be sent again."""
        is_direct = self._tries.pop((item_id, station), None)
        known = self._known.get(station)
        if is_direct is None or known is None:
            return
        if not is_direct:
            known.broadcast.add(at, is_answered=False)
            return
        known.direct.add(at, is_answered=False)
        known.failures += 1
        if known.failures >= FAILURES_MAX:
            self._bar(known, at)

    def cannot_be_written_to(self, item_id: int, station: int, at: int) -> None:
        """Our own radio has no key for that one."""
        self._tries.pop((item_id, station), None)
        if (known := self._known.get(station)) is not None:
            self._bar(known, at)

    def finished(self, item_id: int, station: int) -> None:
        """Nothing more comes of the item there."""
        self._tries.pop((item_id, station), None)

    def _bar(self, known: Known, at: int) -> None:
        known.node, known.has_worked, known.failures = None, False, 0
        known.barred_until = at + BARRED_MS
