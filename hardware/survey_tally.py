"""Who heard how much of whose test frames: pure counting."""

from dataclasses import dataclass, field
from statistics import median

from hardware.radio import PacketHeard
from hardware.survey_frames import NOTHING_HEARD, HeardShare, TestFrame

SENDERS_MAX = 64
"""Radios whose frames are told apart in one survey; others are not counted."""


@dataclass(slots=True)
class _Counted:
    numbers: set[int] = field(default_factory=set)
    snrs_db: list[float] = field(default_factory=list)
    hops: list[int] = field(default_factory=list)
    last: TestFrame | None = None


class Tally:
    """What one radio has heard in one survey, by sender."""

    def __init__(self) -> None:
        self._by_sender: dict[int, _Counted] = {}

    def hear(self, packet: PacketHeard, frame: TestFrame) -> None:
        """Count a frame; a number that has come before is not counted again."""
        if packet.from_node not in self._by_sender and len(self._by_sender) >= SENDERS_MAX:
            return
        counted = self._by_sender.setdefault(packet.from_node, _Counted())
        counted.last = frame
        if frame.number in counted.numbers:
            return
        counted.numbers.add(frame.number)
        counted.snrs_db.append(packet.snr_db)
        if packet.hops is not None:
            counted.hops.append(packet.hops)

    @property
    def senders(self) -> tuple[int, ...]:
        """Whom it has heard, by node number."""
        return tuple(sorted(self._by_sender))

    def last(self, sender: int) -> TestFrame | None:
        """Return the frame heard last from a sender."""
        counted = self._by_sender.get(sender)
        return None if counted is None else counted.last

    def share(self, sender: int) -> HeardShare:
        """Sum up what was heard of a sender."""
        counted = self._by_sender.get(sender)
        if counted is None:
            return NOTHING_HEARD
        return HeardShare(
            heard=len(counted.numbers),
            snr_min_db=min(counted.snrs_db),
            snr_median_db=median(counted.snrs_db),
            hops_max=max(counted.hops, default=None),
        )


@dataclass(frozen=True, slots=True)
class Path:
    """One direction between two radios."""

    sender: str
    listener: str
    sent: int
    share: HeardShare

    @property
    def delivered_pct(self) -> float:
        """How much arrived."""
        return 100 * self.share.heard / self.sent if self.sent else 0.0
