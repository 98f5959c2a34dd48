"""The life of one link to a Meshtastic radio, without any I/O: bytes, frames and the time in, actions out.

    DOWN --connected--> SHAKING --settings complete--> UP --given up--> CLOSING
     ^-------------------lost-------------------------------------------'

* SHAKING: see `hardware.handshake`.
* UP: after `QUIET_S` without a message, or `SPEAK_S` without a word of ours, a heartbeat; when nothing follows
  within `SIGN_OF_LIFE_S_MAX`, the link is given up. While frames wait, a heartbeat every `POLL_S` asks for the
  radio's queue, since no radio says by itself that a frame has left.
* Anywhere but UP a frame is refused at once: the station keeps it, not the link.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import assert_never

from hardware import to_radio
from hardware.airtime import BROADCAST_PAYLOAD_BYTES_MAX, DIRECT_PAYLOAD_BYTES_MAX
from hardware.from_radio import (
    Dropped,
    DropReason,
    Metrics,
    Notice,
    PrivatePayload,
    QueueReport,
    Restarted,
    Routed,
    Said,
    understand,
)
from hardware.handshake import Handshake
from hardware.outcomes import SentFrames, silence_s
from hardware.radio import (
    BROADCAST_NODE,
    AirUse,
    Outgoing,
    PacketHeard,
    RadioDown,
    RadioEvent,
    Refusal,
    Refused,
    SendOutcome,
)
from hardware.stream import FrameReader
from hardware.waiting import WaitingFrames

QUIET_S = 30.0
"""Without a message for so long we ask for a sign of life; idle radios speak once a minute."""

SPEAK_S = 300.0
"""The radio drops a client that has said nothing for 15 minutes, however much it hears itself talk."""

SIGN_OF_LIFE_S_MAX = 15.0
"""From a heartbeat to any message at all: seen within 0.3 s, but a radio network may stall for seconds."""

POLL_S = 1.0
"""Between two questions for the radio's queue while frames wait for a place in it."""

DRAWS_MAX = 8
"""Packet numbers drawn in a row that are 0 or in use; with 32 bits a second draw is already rare."""


@dataclass(frozen=True, slots=True)
class Write:
    """Write these bytes to the radio, completely."""

    chunk: bytes


@dataclass(frozen=True, slots=True)
class Deliver:
    """Hand this event to the station."""

    event: RadioEvent


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection; report it back as lost, for this reason."""

    reason: str


Action = Write | Deliver | Close


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
        self._drops: Counter[DropReason] = Counter()
        self._state = _State.DOWN
        self._down_reason: str | None = None
        self._waiting = WaitingFrames()
        self._begin(0.0)

    def _begin(self, now_s: float) -> None:
        self._reader = FrameReader()
        self._handshake = Handshake(self._config_nonce, began_s=now_s, heard_s=now_s, asked_s=now_s)
        self._sent = SentFrames(silence_s(None))
        self._own_number = 0
        self._heard_s = now_s
        self._spoke_s = now_s
        self._asked_s: float | None = None

    @property
    def is_up(self) -> bool:
        """Whether frames are taken now."""
        return self._state is _State.UP

    @property
    def drops(self) -> Mapping[DropReason, int]:
        """Messages of the radio that were dropped, by reason, since the start."""
        return dict(self._drops)

    def connected(self, now_s: float) -> Iterator[Action]:
        """Begin on a fresh connection."""
        assert self._state is _State.DOWN
        self._begin(now_s)
        self._state = _State.SHAKING
        # The heartbeat brings the first report of the radio's queue.
        yield Write(to_radio.want_config(self._config_nonce) + to_radio.heartbeat())

    def received(self, chunk: bytes, now_s: float) -> Iterator[Action]:
        """Take bytes from the radio: any bytes at all."""
        for message in self._reader.feed(chunk, now_s):
            said = understand(message)
            if isinstance(said, Dropped):
                # Garbage is no sign of life either.
                self._drops[said.reason] += 1
                continue
            self._heard_s = now_s
            self._asked_s = None
            if self._state is _State.SHAKING:
                yield from self._shake(said, now_s)
            elif self._state is _State.UP:
                yield from self._hear(said, now_s)
        yield from self._fill(now_s)

    def submit(self, outgoing: Outgoing, now_s: float) -> Iterator[Action]:
        """Take a frame of the station."""
        limit = BROADCAST_PAYLOAD_BYTES_MAX if outgoing.destination is None else DIRECT_PAYLOAD_BYTES_MAX
        if self._state is not _State.UP:
            yield _refuse(outgoing, Refusal.RADIO_ABSENT)
        elif len(outgoing.payload) > limit:
            yield _refuse(outgoing, Refusal.TOO_LARGE)
        elif self._waiting.is_full():
            yield _refuse(outgoing, Refusal.LINK_FULL)
        else:
            self._waiting.put(outgoing, now_s)
            yield from self._fill(now_s)

    def wake(self, now_s: float) -> Iterator[Action]:
        """Do what is due; harmless at any other time."""
        if self._state is _State.SHAKING and now_s >= self._handshake.next_wake_s():
            yield from self._shake_again(now_s)
        if self._state is not _State.UP:
            return
        if self._asked_s is not None and now_s >= self._asked_s + SIGN_OF_LIFE_S_MAX:
            yield from self._give_up("the radio fell silent; check its power, and its network or cable")
            return
        yield from map(Deliver, self._sent.expire(now_s))
        for outgoing in self._waiting.pop_late(now_s):
            yield _refuse(outgoing, Refusal.QUEUE_FULL)
        yield from self._fill(now_s)
        if now_s >= self._next_heartbeat_s():
            self._spoke_s = now_s
            self._asked_s = now_s if self._asked_s is None else self._asked_s
            yield Write(to_radio.heartbeat())

    def next_wake_s(self) -> float | None:
        """When to call `wake` next; None while nothing is due at any time."""
        match self._state:
            case _State.DOWN | _State.CLOSING:
                return None
            case _State.SHAKING:
                return self._handshake.next_wake_s()
            case _State.UP:
                asked_s = None if self._asked_s is None else self._asked_s + SIGN_OF_LIFE_S_MAX
                due = (self._next_heartbeat_s(), asked_s, self._sent.next_deadline_s(), self._waiting.next_late_s())
                return min(moment_s for moment_s in due if moment_s is not None)
            case _:
                assert_never(self._state)

    def lost(self, reason: str) -> Iterator[Action]:
        """Take note that the connection is gone, or could not be made."""
        yield from map(Deliver, self._sent.abandon())
        while self._waiting:
            yield _refuse(self._waiting.pop(), Refusal.RADIO_ABSENT)
        self._state = _State.DOWN
        if reason != self._down_reason:
            self._down_reason = reason
            yield Deliver(RadioDown(reason))

    def _shake_again(self, now_s: float) -> Iterator[Action]:
        if now_s >= self._handshake.deadline_s():
            yield from self._give_up("the radio does not answer; check that a Meshtastic radio is at this address")
        else:
            self._handshake.asked_s = now_s
            yield Write(to_radio.want_config_again(self._config_nonce) + to_radio.heartbeat())

    def _give_up(self, reason: str) -> Iterator[Action]:
        self._state = _State.CLOSING
        yield Close(reason)

    def _next_heartbeat_s(self) -> float:
        """Work out when to ask for a sign of life, or for the queue while frames wait for it."""
        if self._waiting:
            return self._spoke_s + POLL_S
        if self._asked_s is not None:
            return self._asked_s + SIGN_OF_LIFE_S_MAX
        return min(self._heard_s + QUIET_S, self._spoke_s + SPEAK_S)

    def _shake(self, said: Said, now_s: float) -> Iterator[Action]:
        self._handshake.hear(said, now_s)
        if isinstance(said, PrivatePayload):
            self._drops[DropReason.NOT_READY] += 1
        if not self._handshake.is_complete:
            return
        radio_up = self._handshake.radio_up()
        if radio_up is None:
            yield from self._give_up("the radio left out its number, version or LoRa settings; check its firmware")
            return
        self._state = _State.UP
        self._down_reason = None
        self._own_number = radio_up.node_number
        self._sent.silence_s = silence_s(radio_up.modem_preset)
        yield Deliver(radio_up)

    def _hear(self, said: Said, now_s: float) -> Iterator[Action]:
        match said:
            case QueueReport():
                yield from map(Deliver, self._sent.reported(said, now_s))
            case Routed():
                yield from map(Deliver, self._sent.routed(said, self._own_number))
            case Notice():
                yield from map(Deliver, self._sent.noticed(said))
            case PrivatePayload():
                yield from self._payload(said)
            case Metrics(from_node, channel_utilization_pct, air_util_tx_pct) if from_node == self._own_number:
                yield Deliver(AirUse(channel_utilization_pct, air_util_tx_pct))
            case Restarted():
                yield from self._give_up("the radio restarted")
            case _:
                # Other nodes' metrics, settings changed by somebody else, and what nobody needs.
                pass

    def _payload(self, said: PrivatePayload) -> Iterator[Action]:
        if said.from_node == self._own_number:
            self._drops[DropReason.OWN_ECHO] += 1
        elif said.to_node not in (BROADCAST_NODE, self._own_number):
            self._drops[DropReason.OTHER_NODE] += 1
        elif not said.to_our_key and not self._handshake.is_same_channel(said.channel, self._channel_index):
            self._drops[DropReason.OTHER_CHANNEL] += 1
        else:
            yield Deliver(
                PacketHeard(
                    payload=said.payload,
                    from_node=said.from_node,
                    to_node=None if said.to_node == BROADCAST_NODE else said.to_node,
                    packet_id=said.packet_id,
                    hops=said.hops,
                    snr_db=said.snr_db,
                    rssi_dbm=said.rssi_dbm,
                )
            )

    def _fill(self, now_s: float) -> Iterator[Action]:
        """Hand the radio what it has room for, most urgent first."""
        while self._state is _State.UP and self._waiting and self._sent.has_room(self._waiting.next_priority()):
            outgoing = self._waiting.pop()
            packet_id = self._new_packet_id()
            self._sent.wrote(outgoing, packet_id, now_s)
            self._spoke_s = now_s
            yield Write(to_radio.packet(outgoing, packet_id, self._own_number, self._channel_index))

    def _new_packet_id(self) -> int:
        for _ in range(DRAWS_MAX):
            packet_id = self._draw()
            if 0 < packet_id <= 0xFFFFFFFF and not self._sent.is_open(packet_id):
                return packet_id
        raise RuntimeError("the source of packet numbers repeats itself")


def _refuse(outgoing: Outgoing, reason: Refusal) -> Deliver:
    return Deliver(SendOutcome(outgoing.ticket, Refused(reason)))
