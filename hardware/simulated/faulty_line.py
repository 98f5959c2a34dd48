"""The line between a device and one client, with all that may go wrong on it.

What the device says comes frame by frame, and leaves changed, late, or not at all. What the client says is read as the
firmware reads it; a packet may be refused here, as a device in that state would.
"""

import random
from collections import deque
from collections.abc import Callable, Collection, Iterator
from typing import Protocol

from google.protobuf.message import DecodeError

from hardware.meshtastic_protobufs import mesh_pb2
from hardware.simulated import speech
from hardware.simulated.client_port import Connection
from hardware.simulated.faults import Fault, FaultKind
from hardware.simulated.firmware_stream import FirmwareReader
from hardware.simulated.results import Result
from hardware.simulated.scheduler import Scheduler, Timer
from hardware.stream import HEADER_BYTES, MARK, MESSAGE_BYTES_MAX, frame

LOG_LINE = "INFO  | ??:??:?? 12 [Router] heard —Østby\r\n".encode()
"""A dash and a Danish letter in UTF-8 are E2 80 94 C3 98: the mark of a frame, with a length that no frame has."""

UNWRITTEN_MAX = 8
"""Frames held back before the device is told to wait."""

_UNKNOWN_FIELD = b"\xc2\x3e\x03new"
"""Field 1000, three bytes long: no firmware's, and to be skipped."""

_TOO_LONG = MARK + (MESSAGE_BYTES_MAX + 1).to_bytes(2, "big")

_REFUSING = (FaultKind.QUEUE_FULL, FaultKind.DUTY_CYCLE, FaultKind.REFUSAL)


class Doorway(Connection, Protocol):
    """A door's end of a connection."""

    def hold(self, *, is_held: bool) -> None:
        """Read nothing more from the client, or go on reading."""


class FaultyLine:
    """One connection as the device sees it.

    Args:
        doorway: the real one.
        faults: those of this moment, by kind.
        scheduler: for what comes late.
        chance: of garbage and cuts.
        own_number: the device's, for refusals.
        reads_again: told when `can_take_more` is true again.
    """

    def __init__(
        self,
        doorway: Doorway,
        *,
        faults: Callable[[FaultKind], Fault | None],
        scheduler: Scheduler,
        chance: random.Random,
        own_number: int,
        reads_again: Callable[[], None],
    ) -> None:
        self.doorway = doorway
        self._faults = faults
        self._scheduler = scheduler
        self._chance = chance
        self._own_number = own_number
        self._reads_again = reads_again
        self._reader = FirmwareReader()
        self._unwritten: deque[tuple[float, bytes]] = deque()
        self._free_s = 0.0
        self._timer: Timer | None = None

    # The device's side

    def can_take_more(self) -> bool:
        """Whether what is written will leave soon."""
        return len(self._unwritten) < UNWRITTEN_MAX and self.doorway.can_take_more()

    def write(self, chunk: bytes) -> None:
        """Send one frame, or what becomes of it."""
        if self._faults(FaultKind.HANG):
            return
        for message in self._said(chunk[HEADER_BYTES:]):
            self._send(b"".join(self._framed(message)))

    def close(self) -> None:
        """End the connection, and with it what was still to come."""
        self._unwritten.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.doorway.close()

    # The client's side

    def pass_on(self, chunk: bytes) -> bytes | None:
        """Give what the device shall read of what its client says, and refuse the rest; None: it reads nothing."""
        messages = self._reader.feed(chunk)
        if self._faults(FaultKind.HANG):
            return None
        refusing = next(filter(None, map(self._faults, _REFUSING)), None)
        if refusing is None:
            return b"".join(map(frame, messages))
        return b"".join(frame(message) for message in messages if not self._refuse(message, refusing))

    def _refuse(self, message: bytes, fault: Fault) -> bool:
        try:
            said = mesh_pb2.ToRadio.FromString(message)
        except DecodeError:
            return False
        if not said.HasField("packet"):
            return False
        for answer in _refusal(said.packet.id, fault, self._own_number, self._chance.getrandbits(32)):
            self.write(frame(answer))
        return True

    def _said(self, message: bytes) -> Iterator[bytes]:
        """What comes of one message: the same, another, or none."""
        said = mesh_pb2.FromRadio.FromString(message)
        if said.HasField("queueStatus") and self._faults(FaultKind.REPORTS_LOST):
            return
        if said.HasField("config_complete_id"):
            if self._faults(FaultKind.NO_COMPLETE):
                return
            if self._faults(FaultKind.WRONG_NONCE):
                message = mesh_pb2.FromRadio(config_complete_id=said.config_complete_id ^ 1).SerializeToString()
        if self._faults(FaultKind.UNKNOWN_FIELDS):
            yield _UNKNOWN_FIELD
            message = message + _UNKNOWN_FIELD if len(message) + len(_UNKNOWN_FIELD) <= MESSAGE_BYTES_MAX else message
        yield message

    def _framed(self, message: bytes) -> Iterator[bytes]:
        if self._faults(FaultKind.LOG_TEXT):
            yield LOG_LINE
        if garbage := self._faults(FaultKind.GARBAGE):
            yield self._chance.randbytes(int(garbage.amount))
        if self._faults(FaultKind.OVERSIZED):
            yield _TOO_LONG + self._chance.randbytes(HEADER_BYTES)
        framed = frame(message)
        yield framed[: self._chance.randrange(1, len(framed))] if self._faults(FaultKind.CUT) else framed

    def _send(self, chunk: bytes) -> None:
        now_s = self._scheduler.now_s()
        late, slow = self._faults(FaultKind.LATE), self._faults(FaultKind.SLOW)
        due_s = max(self._free_s, now_s) + (len(chunk) / slow.amount if slow else 0.0)
        self._free_s = due_s
        due_s = max(due_s + (late.amount if late else 0.0), self._unwritten[-1][0] if self._unwritten else 0.0)
        if due_s <= now_s and not self._unwritten:
            self.doorway.write(chunk)
            return
        self._unwritten.append((due_s, chunk))
        self._plan()

    def _plan(self) -> None:
        if self._timer is None and self._unwritten:
            self._timer = self._scheduler.call_at(self._unwritten[0][0], self._write_due)

    def _write_due(self) -> None:
        self._timer = None
        now_s = self._scheduler.now_s()
        while self._unwritten and self._unwritten[0][0] <= now_s:
            self.doorway.write(self._unwritten.popleft()[1])
        self._plan()
        self._reads_again()


def _refusal(packet_id: int, fault: Fault, own_number: int, new_id: int) -> Collection[bytes]:
    """What a device says that refuses a packet: as recorded from firmware 2.7.26."""
    places = speech.QUEUE_PLACES
    match fault.kind:
        case FaultKind.QUEUE_FULL:
            return (speech.queue_report(packet_id, Result.BAD_REQUEST, 0),)
        case FaultKind.DUTY_CYCLE:
            error = Result.DUTY_CYCLE_LIMIT
            return (
                speech.queue_report(packet_id, error, places),
                speech.duty_cycle_notice(packet_id, int(fault.amount)),
                speech.routing_error(own_number, packet_id, error, new_id),
            )
        case _:
            return (
                speech.queue_report(packet_id, Result.NONE, places),
                speech.routing_error(own_number, packet_id, int(fault.amount), new_id),
            )
