"""The life of one link to a Meshtastic radio, without any I/O: bytes, frames and the time in, actions out.

    DOWN --connected--> SHAKING --settings complete--> UP --given up--> CLOSING
     ^                     ^----restarted, forgetful---'                   |
     '---------------------lost--------------------------------------------'

* SHAKING: see `hardware.handshake`.
* UP: see `hardware.liveness` for when the radio is asked for a sign of life, and when the link is given up.
* From UP back to SHAKING, over the same connection, when the radio says that it restarted, which ends what it held,
  or seems to have forgotten us. Frames wait meanwhile.
* Anywhere else a frame is refused at once: the station keeps it, not the link.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from enum import Enum, auto
from typing import assert_never

from hardware import to_radio
from hardware.airtime import BROADCAST_PAYLOAD_BYTES_MAX, DIRECT_PAYLOAD_BYTES_MAX
from hardware.from_radio import (
    Dropped,
    DropReason,
    Metrics,
    NodeTold,
    Notice,
    PrivatePayload,
    QueueReport,
    Restarted,
    Routed,
    Said,
    TextPayload,
    understand,
)
from hardware.handshake import Handshake, Unfit
from hardware.link_actions import Action, Close, Deliver, Write
from hardware.link_counts import LinkCounts
from hardware.liveness import Liveness
from hardware.our_payloads import heard_of
from hardware.outcomes import SentFrames, silence_s
from hardware.radio import (
    AirUse,
    LinkHealth,
    LossAssumed,
    NodeHeard,
    Outgoing,
    RadioDown,
    RadioUp,
    Refusal,
    Refused,
    SendOutcome,
)
from hardware.stream import FrameReader
from hardware.waiting import WaitingFrames

DRAWS_MAX = 8
"""Packet numbers drawn in a row that are 0 or in use; with 32 bits a second draw is already rare."""

_SILENT = "the radio fell silent; check its power, and its network or cable"


class _State(Enum):
    DOWN = auto()
    SHAKING = auto()
    UP = auto()
    CLOSING = auto()


class LinkMachine:
    """One link, over any number of connections in turn.

    A method works while its actions are taken: take them all, in order, before calling the next.

    Args:
        channel_index: the radio's channel for stations.
        draw: returns a number of 32 bits, unpredictable, for the next packet.
        config_nonce: what to ask the radio's settings under.
    """

    def __init__(
        self, *, channel_index: int, draw: Callable[[], int], config_nonce: int = to_radio.CONFIG_NONCE
    ) -> None:
        self._channel_index = channel_index
        self._draw = draw
        self._config_nonce = config_nonce
        self._counts = LinkCounts()
        self._state = _State.DOWN
        self._down_reason: str | None = None
        self._waiting = WaitingFrames()
        self._up: RadioUp | None = None
        self._is_restarted = False
        self._deaf_since_s: float | None = None
        self._begin(0.0)

    def _begin(self, now_s: float) -> None:
        self._reader = FrameReader(is_sound=lambda message: not isinstance(understand(message), Dropped))
        self._handshake = Handshake(self._config_nonce, began_s=now_s, heard_s=now_s, asked_s=now_s)
        self._settled = self._handshake
        self._sent = SentFrames(silence_s(None))
        self._liveness = Liveness(heard_s=now_s, spoke_s=now_s, packet_s=now_s)

    @property
    def is_up(self) -> bool:
        """Whether frames are taken now."""
        return self._state is _State.UP

    @property
    def drops(self) -> Mapping[DropReason, int]:
        """Messages of the radio that were dropped, by reason, since the start."""
        return self._counts.drops

    def health(self, now_s: float) -> LinkHealth:
        """Tell what the link has met so far."""
        return self._counts.health(now_s)

    def connected(self, now_s: float) -> Iterator[Action]:
        """Begin on a fresh connection."""
        assert self._state is _State.DOWN
        self._begin(now_s)
        self._state = _State.SHAKING
        # The heartbeat brings the first report of the radio's queue.
        yield Write(to_radio.want_config(self._config_nonce) + to_radio.heartbeat())

    def received(self, chunk: bytes, now_s: float) -> Iterator[Action]:
        """Take bytes from the radio: any bytes at all."""
        cut_before = self._reader.frames_cut
        messages = self._reader.feed(chunk, now_s)
        self._counts.dropped(DropReason.CUT, self._reader.frames_cut - cut_before)
        for message in messages:
            said = understand(message)
            if isinstance(said, Dropped):
                # Garbage is no sign of life either.
                self._counts.dropped(said.reason)
                continue
            self._counts.heard(now_s)
            self._liveness.heard(now_s, is_packet=isinstance(said, PrivatePayload | TextPayload | Routed | Metrics))
            if isinstance(said, Restarted):
                yield from self._begin_anew(now_s)
            elif self._state is _State.SHAKING:
                yield from self._shake(said, now_s)
            elif self._state is _State.UP:
                yield from self._hear(said, now_s)
        yield from self._fill(now_s)

    def submit(self, outgoing: Outgoing, now_s: float) -> Iterator[Action]:
        """Take a frame of the station."""
        limit = BROADCAST_PAYLOAD_BYTES_MAX if outgoing.destination is None else DIRECT_PAYLOAD_BYTES_MAX
        if self._up is None:
            yield self._refuse(outgoing, Refusal.RADIO_ABSENT)
        elif len(outgoing.payload) > limit:
            yield self._refuse(outgoing, Refusal.TOO_LARGE)
        elif self._waiting.is_full():
            yield self._refuse(outgoing, Refusal.LINK_FULL)
        else:
            self._waiting.put(outgoing, now_s)
            yield from self._fill(now_s)

    def overrun(self, outgoing: Outgoing) -> Iterator[Action]:
        """Refuse a frame that came while too many waited before us."""
        yield self._refuse(outgoing, Refusal.LINK_FULL)

    def wake(self, now_s: float) -> Iterator[Action]:
        """Do what is due; harmless at any other time."""
        if self._state is _State.SHAKING and now_s >= self._handshake.next_wake_s():
            yield from self._shake_again(now_s)
        if self._up is None:
            return
        yield from map(self._told, self._sent.expire(now_s))
        for outgoing in self._waiting.pop_late(now_s):
            yield self._refuse(outgoing, Refusal.QUEUE_FULL)
        if self._state is not _State.UP:
            return
        if self._liveness.is_silent(now_s):
            yield from self._give_up(_SILENT)
            return
        self._liveness.unreported = self._sent.unreported
        if self._liveness.is_forgetful(now_s):
            yield from self._ask_settings_anew(now_s)
            return
        yield from self._fill(now_s)
        if now_s >= self._next_question_s():
            self._liveness.asks(now_s)
            yield Write(to_radio.heartbeat())

    def next_wake_s(self) -> float | None:
        """When to call `wake` next; None while nothing is due at any time."""
        match self._state:
            case _State.DOWN | _State.CLOSING:
                return None
            case _State.SHAKING:
                due = (self._handshake.next_wake_s(), *self._frames_due_s())
            case _State.UP:
                due = (self._next_question_s(), self._liveness.next_wake_s(), *self._frames_due_s())
            case _:
                assert_never(self._state)
        return min(due)

    def lost(self, reason: str, now_s: float) -> Iterator[Action]:
        """Take note that the connection is gone, or could not be made."""
        if self._up is not None:
            self._deaf_since_s = now_s
        self._up = None
        self._counts.went_down()
        yield from map(self._told, self._sent.abandon())
        while self._waiting:
            yield self._refuse(self._waiting.pop(), Refusal.RADIO_ABSENT)
        self._state = _State.DOWN
        if reason != self._down_reason:
            self._down_reason = reason
            yield Deliver(RadioDown(reason))

    def _begin_anew(self, now_s: float) -> Iterator[Action]:
        """The radio restarted: what it held is gone, and it has forgotten that we are here."""
        if self._state in (_State.DOWN, _State.CLOSING):
            return
        self._counts.restarted(now_s)
        self._is_restarted = True
        yield from map(self._told, self._sent.abandon())
        if self._state is _State.SHAKING:
            self._handshake.forget()
            yield from self._ask_again(now_s)
        else:
            yield from self._ask_settings_anew(now_s)

    def _ask_settings_anew(self, now_s: float) -> Iterator[Action]:
        if self._is_restarted or self._liveness.had_forgotten():
            self._deaf_since_s = self._liveness.packet_s
        self._state = _State.SHAKING
        self._handshake = Handshake(self._config_nonce, began_s=now_s, heard_s=now_s, asked_s=now_s)
        yield Write(to_radio.want_config_again(self._config_nonce) + to_radio.heartbeat())

    def _frames_due_s(self) -> Iterator[float]:
        due_s = (self._sent.next_deadline_s(), self._waiting.next_late_s()) if self._up is not None else ()
        return (moment_s for moment_s in due_s if moment_s is not None)

    def _shake_again(self, now_s: float) -> Iterator[Action]:
        if now_s >= self._handshake.deadline_s():
            yield from self._give_up(self._handshake.why_given_up() if self._up is None else _SILENT)
        else:
            yield from self._ask_again(now_s)

    def _ask_again(self, now_s: float) -> Iterator[Action]:
        self._handshake.asked_s = now_s
        yield Write(to_radio.want_config_again(self._config_nonce) + to_radio.heartbeat())

    def _give_up(self, reason: str) -> Iterator[Action]:
        self._state = _State.CLOSING
        yield Close(reason)

    def _next_question_s(self) -> float:
        return self._liveness.next_question_s(frames_wait=bool(self._waiting), frames_in_radio=self._sent.in_radio > 0)

    def _shake(self, said: Said, now_s: float) -> Iterator[Action]:
        self._handshake.hear(said, now_s)
        if self._up is not None:
            # What was under way when the settings were asked for anew.
            yield from self._hear(said, now_s)
        elif isinstance(said, PrivatePayload | TextPayload):
            self._counts.dropped(DropReason.NOT_READY)
        if not self._handshake.is_complete:
            return
        match self._handshake.radio_up():
            case Unfit(reason):
                yield from self._give_up(reason)
            case RadioUp() as radio_up:
                yield from self._come_up(radio_up, now_s)

    def _come_up(self, radio_up: RadioUp, now_s: float) -> Iterator[Action]:
        self._state = _State.UP
        self._down_reason = None
        is_news = self._up is None or replace(radio_up, tx_queue_free=None) != replace(self._up, tx_queue_free=None)
        if is_news or self._is_restarted:
            self._counts.came_up(radio_up.tx_queue_free)
            yield Deliver(radio_up)
        if self._deaf_since_s is not None:
            yield Deliver(LossAssumed(now_s - self._deaf_since_s))
        self._up, self._is_restarted, self._deaf_since_s = radio_up, False, None
        self._sent.silence_s = silence_s(radio_up.modem_preset)
        self._sent.unreported = 0
        self._settled = self._handshake
        self._liveness = Liveness(heard_s=now_s, spoke_s=now_s, packet_s=now_s)

    def _hear(self, said: Said, now_s: float) -> Iterator[Action]:
        match said:
            case QueueReport():
                self._counts.queue(said.free)
                yield from map(self._told, self._sent.reported(said, now_s))
            case Routed():
                yield from map(self._told, self._sent.routed(said, self._own_number))
            case Notice():
                yield from map(self._told, self._sent.noticed(said))
            case PrivatePayload() | TextPayload():
                heard = heard_of(said, self._own_number, self._is_our_channel)
                if isinstance(heard, DropReason):
                    self._counts.dropped(heard)
                elif heard is not None:
                    yield Deliver(heard)
            case NodeTold(from_node) if from_node != self._own_number:
                yield Deliver(NodeHeard(from_node))
            case Metrics() if said.from_node == self._own_number:
                self._counts.measured(said.air_util_tx_pct, said.uptime_s, now_s)
                yield Deliver(AirUse(said.channel_utilization_pct, said.air_util_tx_pct, said.uptime_s))
            case Metrics():
                yield Deliver(NodeHeard(said.from_node))
            case _:
                # Settings changed by somebody else, and what nobody needs.
                pass

    def _fill(self, now_s: float) -> Iterator[Action]:
        """Hand the radio what it has room for, most urgent first."""
        while self._state is _State.UP and self._waiting and self._sent.has_room(self._waiting.next_priority()):
            outgoing = self._waiting.pop()
            packet_id = self._new_packet_id()
            self._sent.wrote(outgoing, packet_id, now_s)
            self._liveness.spoke_s = now_s
            yield Write(to_radio.packet(outgoing, packet_id, self._own_number, self._channel_index))

    def _new_packet_id(self) -> int:
        for _ in range(DRAWS_MAX):
            packet_id = self._draw()
            if 0 < packet_id <= 0xFFFFFFFF and not self._sent.is_open(packet_id):
                return packet_id
        raise RuntimeError("the source of packet numbers repeats itself")

    def _refuse(self, outgoing: Outgoing, reason: Refusal) -> Deliver:
        return self._told(SendOutcome(outgoing.ticket, Refused(reason)))

    def _told(self, sent: SendOutcome) -> Deliver:
        if isinstance(sent.outcome, Refused):
            self._counts.refused(sent.outcome.reason)
        return Deliver(sent)

    def _is_our_channel(self, index: int) -> bool:
        return self._settled.is_same_channel(index, self._channel_index)

    @property
    def _own_number(self) -> int:
        return 0 if self._up is None else self._up.node_number
