"""Signed frames of somebody unknown here: they wait, bounded, for the certificate, and are taken in then as just heard.

Nothing of them is believed while they wait: not forwarded, not receipted, not shown. What does not fit is dropped and
counted; its sender tries again.
"""

from collections.abc import Iterator

from node.core.policy import QUARANTINE_FRAMES_MAX, QUARANTINE_MS, QUARANTINE_OF_ONE_MAX
from node.core.surroundings import Surroundings
from node.core.trust_records import Quarantined
from node.core.turn import Turn
from protocol.decode import decode, sealed_bytes, with_age
from protocol.expanded import recipients_of
from protocol.frames import Act, Long, Message, Notice, SignedOther
from protocol.numbers import Address, Kind
from protocol.reasons import Reason
from protocol.roster import Roster

SignedFrame = Message | Long | Notice | SignedOther | Act
"""What a person or a station signed, and can wait until it is known who they are."""

_REASONS = {Kind.STATION: Reason.UNKNOWN_STATION, Kind.OPERATOR: Reason.UNKNOWN_AUTHOR}


def claimed_author(frame: SignedFrame) -> Address:
    """Who a frame says has signed it."""
    return Address(Kind.OPERATOR, frame.author) if frame.author else Address(Kind.STATION, frame.station)


def unknown_holder(frame: SignedFrame, roster: Roster) -> Address | None:
    """The first whose certificate is missing to judge the frame; None when it can be judged."""
    station, author = Address(Kind.STATION, frame.station), claimed_author(frame)
    if roster.full_incarnation(frame.station, frame.incarnation) is None:
        return station
    for signer in (station, author):
        if not roster.keys(signer.kind, signer.number, exercise=frame.drill != 0):
            return signer
    recipients = () if isinstance(frame, Act) else recipients_of(frame)
    return next((one for one in recipients if roster.recipient_id(one) is None), None)


class Quarantine:
    """The frames that wait at one station."""

    def __init__(self, here: Surroundings) -> None:
        self._here = here
        self._waiting: list[Quarantined] | None = None

    def hold(self, frame: SignedFrame, at: int) -> None:
        """Let a frame wait, once however often it is heard, if there is room for it."""
        waiting, payload, claimed = self._all(), frame.encode(), claimed_author(frame)
        if any(_is_same(frame, one.payload) for one in waiting):
            self._here.drops[Reason.DUPLICATE] += 1
            return
        of_one = sum(one.claimed == claimed for one in waiting)
        if len(waiting) >= QUARANTINE_FRAMES_MAX or of_one >= QUARANTINE_OF_ONE_MAX:
            self._here.drops[Reason.QUOTA] += 1
            return
        self._here.store.add_quarantined(Quarantined(0, payload, claimed, at))
        self._waiting = None

    def released(self, turn: Turn) -> Iterator[SignedFrame]:
        """Take out what can be judged now, as old as it has become."""
        for one in self._all():
            frame = _frame_of(one.payload)
            if unknown_holder(frame, self._here.roster) is None:
                self._forget(one)
                yield _older(frame, turn.at - one.heard_at)

    def expire(self, at: int) -> None:
        """Drop what waited for too long."""
        for one in self._all():
            if at - one.heard_at >= QUARANTINE_MS:
                unknown = unknown_holder(_frame_of(one.payload), self._here.roster)
                self._forget(one)
                kind = Kind.OPERATOR if unknown is None else unknown.kind
                self._here.drops[_REASONS.get(kind, Reason.UNKNOWN_RECIPIENT)] += 1

    def missing(self) -> tuple[tuple[Address, SignedFrame], ...]:
        """Whose certificates are waited for, each with a frame that needs it."""
        found = []
        for one in self._all():
            frame = _frame_of(one.payload)
            unknown = unknown_holder(frame, self._here.roster)
            if unknown is not None:
                found.append((unknown, frame))
        return tuple(found)

    def count(self) -> int:
        """How many wait."""
        return len(self._all())

    def next_at(self) -> int | None:
        """When the first will have waited for too long."""
        return min((one.heard_at + QUARANTINE_MS for one in self._all()), default=None)

    def forget_cache(self) -> None:
        """The store was rolled back: read it anew."""
        self._waiting = None

    def _forget(self, one: Quarantined) -> None:
        self._here.store.delete_quarantined(one.id)
        self._waiting = None

    def _all(self) -> list[Quarantined]:
        if self._waiting is None:
            self._waiting = list(self._here.store.quarantined())
        return self._waiting


def _frame_of(payload: bytes) -> SignedFrame:
    frame = decode(payload)
    assert isinstance(frame, SignedFrame), "what waits was decoded before"
    return frame


def _is_same(frame: SignedFrame, payload: bytes) -> bool:
    """Whether it is another copy: the age may differ."""
    if isinstance(frame, Act):
        return frame.encode() == payload
    other = _frame_of(payload)
    return not isinstance(other, Act) and sealed_bytes(other) == sealed_bytes(frame)


def _older(frame: SignedFrame, waited_ms: int) -> SignedFrame:
    if isinstance(frame, Act):
        return frame
    return _frame_of(with_age(frame.encode(), frame.age_s + max(waited_ms, 0) // 1000))
