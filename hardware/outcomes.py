"""What becomes of each frame handed to the radio, and how many of them the radio still holds.

    WRITTEN, then ACCEPTED until its last outcome; or DUTY_REFUSED, until the notice names the minutes

The radio's word is not trusted to come: each stage has its own deadline. A queue report may be lost (only two wait
for a client), no report says that a frame has left, and with the last relay cut off an ack never comes, nor an error.
A report about another packet, an ack for an id never sent here and an ack from a third node are all ordinary: the
radio also reports its relays, and radios ack each other's hops.

What the radio accepted stands in its queue in RAM until it is sent. So an accepted frame that asked for no ack stays
open until it must have left: should the radio go before, it ends `Silent`, not lost without a word.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from hardware.airtime import LORA_BYTES_MAX, PRESETS, packet_airtime_ms
from hardware.from_radio import Notice, QueueReport, Routed
from hardware.radio import (
    Accepted,
    Delivered,
    Outcome,
    Outgoing,
    Priority,
    Refusal,
    Refused,
    Relayed,
    SendOutcome,
    Silent,
)
from hardware.routing_errors import DUTY_CYCLE_LIMIT, MAX_RETRANSMIT, NO_RESPONSE, refused, seconds_to_wait

IN_RADIO_MAX = 4
"""Frames of ours in the radio's queue of 16 at a time: few, so that the urgent overtakes, and room for relays."""

IN_RADIO_URGENT_MAX = 6
"""With an urgent frame: it enters at once and the radio sends it before the four others."""

OPEN_MAX = 64
"""Frames with an outcome still to come; bounds memory when every one waits for an ack."""

ANSWER_S_MAX = 5.0
"""For the queue report about a frame: seen within 0.3 s; a radio that is busy writing its settings takes longer."""

QUEUE_STAY_S_MAX = 60.0
"""After this a frame counts as having left the radio: 16 full frames at LONG_FAST and their relays."""

LATE_REFUSAL_S = 5.0
"""How long after its report a frame without ack may still be refused; seen 0.1 s after."""

DUTY_NOTICE_S_MAX = 1.0
"""The notice that names the minutes follows the refusal at once."""


def silence_s(modem_preset: str | None) -> float:
    """How long to wait for an ack at most.

    The radio tries three times. Each try waits a little over 4.5 s, contention and twice its own airtime, after a
    queue of 16 with relays; real acks over four hops at LONG_FAST were seen after 27 s, errors under load after 40 s.

    Args:
        modem_preset: None or one without a known speed counts as LONG_FAST.
    """
    preset = PRESETS.get(modem_preset or "", PRESETS["LONG_FAST"])
    return 30.0 + 30 * packet_airtime_ms(preset, LORA_BYTES_MAX) / 1000


class _Stage(Enum):
    WRITTEN = auto()
    DUTY_REFUSED = auto()
    ACCEPTED = auto()


@dataclass(slots=True)
class _Record:
    outgoing: Outgoing
    stage: _Stage
    deadline_s: float
    is_relayed: bool = False


@dataclass(frozen=True, slots=True)
class _Queued:
    priority: int
    late_s: float
    """Until then a frame without ack may still be refused."""
    gone_s: float
    """When it counts as having left, whatever the radio says."""


class SentFrames:
    """Frames written to one radio over one connection.

    Attributes:
        silence_s: how long a frame may go without its ack before it counts as `Silent`.
        unreported: frames in a row that the radio left without a queue report.
    """

    def __init__(self, silence_s: float) -> None:
        self.silence_s = silence_s
        self.unreported = 0
        self._records: dict[int, _Record] = {}
        self._in_radio: dict[int, _Queued] = {}
        self._radio_full = False

    @property
    def in_radio(self) -> int:
        """Frames of ours that stand in the radio's queue, as far as is known."""
        return len(self._in_radio)

    def has_room(self, priority: int) -> bool:
        """Whether another frame of this priority may be written now.

        One unanswered frame at a time, so that its report cannot be pushed out by the next one's.
        """
        in_radio_max = IN_RADIO_URGENT_MAX if priority >= Priority.HIGH else IN_RADIO_MAX
        unanswered = any(record.stage is _Stage.WRITTEN for record in self._records.values())
        is_full = self._radio_full or len(self._in_radio) >= in_radio_max or len(self._records) >= OPEN_MAX
        return not (unanswered or is_full)

    def is_open(self, packet_id: int) -> bool:
        """Whether an outcome for this packet is still to come."""
        return packet_id in self._records

    def wrote(self, outgoing: Outgoing, packet_id: int, now_s: float) -> None:
        """Note a frame just written; `has_room` said that it might."""
        self._records[packet_id] = _Record(outgoing, _Stage.WRITTEN, now_s + ANSWER_S_MAX)

    def next_deadline_s(self) -> float | None:
        """When `expire` has something to do next."""
        deadlines = [record.deadline_s for record in self._records.values()]
        deadlines += [queued.gone_s for queued in self._in_radio.values()]
        return min(deadlines, default=None)

    def reported(self, report: QueueReport, now_s: float) -> Iterator[SendOutcome]:
        """Take a queue report: about one of our packets, about another's, or about none."""
        self._radio_full = report.free == 0
        if report.packet_id in self._records:
            self.unreported = 0
        record = self._records.get(report.packet_id)
        if record is not None and record.stage is _Stage.WRITTEN:
            match report.result:
                case 0:
                    self._enter(report.packet_id, record, now_s)
                    record.stage = _Stage.ACCEPTED
                    record.deadline_s = now_s + (self.silence_s if record.outgoing.want_ack else LATE_REFUSAL_S)
                    yield SendOutcome(record.outgoing.ticket, Accepted())
                case error if error == DUTY_CYCLE_LIMIT:
                    record.stage = _Stage.DUTY_REFUSED
                    record.deadline_s = now_s + DUTY_NOTICE_S_MAX
                case error:
                    yield self._end(report.packet_id, refused(error))
        while len(self._in_radio) > max(report.places - report.free, 0):
            # The radio sends the most urgent first, then the oldest.
            self._leave(max(self._in_radio, key=lambda packet_id: self._in_radio[packet_id].priority))

    def routed(self, routed: Routed, own_number: int) -> Iterator[SendOutcome]:
        """Take an ack or an error: ours when we opened the packet and the right radio speaks."""
        record = self._records.get(routed.packet_id)
        if record is None:
            return
        here = routed.from_node == own_number
        if not here and routed.from_node != record.outgoing.destination:
            return
        match routed.error:
            case 0 if not record.outgoing.want_ack:
                # Neighbours who know the way ack even what asked for no ack.
                return
            case 0 if here and record.outgoing.destination is None:
                yield self._end(routed.packet_id, Relayed())
            case 0 if here and record.outgoing.destination != own_number:
                if not record.is_relayed:
                    record.is_relayed = True
                    yield SendOutcome(record.outgoing.ticket, Relayed())
            case 0:
                yield self._end(routed.packet_id, Delivered())
            case error if error == MAX_RETRANSMIT:
                yield self._end(routed.packet_id, Silent())
            case error if error == NO_RESPONSE:
                # An answer was asked for that we never want; the ack came or comes on its own.
                return
            case error if error == DUTY_CYCLE_LIMIT and record.stage is _Stage.DUTY_REFUSED:
                # Said by the queue report already; the minutes come with the notice.
                return
            case error:
                yield self._end(routed.packet_id, refused(error))

    def noticed(self, notice: Notice) -> Iterator[SendOutcome]:
        """Take a sentence for people: of use when it tells how long a refused frame has to wait."""
        for packet_id, record in self._records.items():
            if record.stage is _Stage.DUTY_REFUSED and notice.packet_id in (packet_id, 0):
                yield self._end(packet_id, Refused(Refusal.DUTY_CYCLE, seconds_to_wait(notice.text)))
                return

    def expire(self, now_s: float) -> Iterator[SendOutcome]:
        """End what has waited long enough."""
        for packet_id, queued in list(self._in_radio.items()):
            if queued.gone_s <= now_s:
                self._leave(packet_id)
        for packet_id, record in list(self._records.items()):
            if record.deadline_s > now_s:
                continue
            match record.stage:
                case _Stage.WRITTEN if record.outgoing.want_ack:
                    # The report was lost; an ack may come all the same.
                    self.unreported += 1
                    self._enter(packet_id, record, now_s)
                    record.stage = _Stage.ACCEPTED
                    record.deadline_s = now_s + self.silence_s
                case _Stage.WRITTEN:
                    self.unreported += 1
                    self._enter(packet_id, record, now_s)
                    yield self._end(packet_id, Silent())
                case _Stage.DUTY_REFUSED:
                    yield self._end(packet_id, Refused(Refusal.DUTY_CYCLE))
                case _Stage.ACCEPTED if record.outgoing.want_ack:
                    yield self._end(packet_id, Silent())
                case _Stage.ACCEPTED if packet_id in self._in_radio:
                    record.deadline_s = self._in_radio[packet_id].gone_s
                case _Stage.ACCEPTED:
                    del self._records[packet_id]

    def abandon(self) -> Iterator[SendOutcome]:
        """End all: the link is gone, and with it whatever the radio would have said."""
        for packet_id, record in list(self._records.items()):
            match record.stage:
                case _Stage.DUTY_REFUSED:
                    yield self._end(packet_id, Refused(Refusal.DUTY_CYCLE))
                case _Stage.ACCEPTED if not record.outgoing.want_ack and packet_id not in self._in_radio:
                    del self._records[packet_id]
                case _Stage.WRITTEN | _Stage.ACCEPTED:
                    yield self._end(packet_id, Silent())
        self._in_radio.clear()
        self._radio_full = False
        self.unreported = 0

    def _enter(self, packet_id: int, record: _Record, now_s: float) -> None:
        self._in_radio[packet_id] = _Queued(
            priority=record.outgoing.priority, late_s=now_s + LATE_REFUSAL_S, gone_s=now_s + QUEUE_STAY_S_MAX
        )

    def _leave(self, packet_id: int) -> None:
        queued = self._in_radio.pop(packet_id)
        record = self._records.get(packet_id)
        if record is not None and record.stage is _Stage.ACCEPTED and not record.outgoing.want_ack:
            record.deadline_s = queued.late_s

    def _end(self, packet_id: int, outcome: Outcome) -> SendOutcome:
        return SendOutcome(self._records.pop(packet_id).outgoing.ticket, outcome)
