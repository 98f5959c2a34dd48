"""A device with its faults: what the doors see of it, and each fault begun and ended at its time.

A device without faults is passed through unchanged. Faults may overlap; of two of one kind the later one counts. Ends
that belong together stay together: power comes back when the last fault that took it is over.
"""

import random
from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol

from hardware.meshtastic_protobufs import mesh_pb2
from hardware.simulated.device import Device
from hardware.simulated.faults import Fault, FaultKind
from hardware.simulated.faulty_line import Doorway, FaultyLine
from hardware.simulated.scheduler import Scheduler
from hardware.stream import frame

BOOT_TEXT = (
    b"ESP-ROM:esp32s3-20210327\r\nrst:0x3 (RTC_SW_SYS_RST),boot:0x8 (SPI_FAST_FLASH_BOOT)\r\n\x00\xff\x94"
    b"\r\nINFO  | ??:??:?? 0 \r\n\r\n//\\ E S H T /\\ S T / C\r\n\r\n"
)
"""What an ESP32 says on its serial port before the first frame, and a few bytes of a wrong speed."""

REBOOTED = frame(mesh_pb2.FromRadio(rebooted=True).SerializeToString())


class Served(Protocol):
    """A device as its doors see it."""

    @property
    def is_on(self) -> bool:
        """Whether it is there for a network."""

    @property
    def has_terminal(self) -> bool:
        """Whether a serial port of it is there; it stays through a restart."""

    def terminal_is(self, terminal: Doorway | None) -> None:
        """Take note of the terminal that it speaks through."""

    def client_connected(self, doorway: Doorway) -> None:
        """Serve a client."""

    def client_said(self, doorway: Doorway, chunk: bytes) -> None:
        """Take bytes from a client."""

    def client_reads_again(self) -> None:
        """Go on writing after `Connection.can_take_more` was false."""

    def client_left(self, doorway: Doorway) -> None:
        """Take note that a client has gone."""


class TroubledDevice:
    """One device and all faults that are planned for it.

    Args:
        device: the sound one.
        faults: with times since now.
        scheduler: shared with the device.
        chance: of this device's faults alone.
    """

    def __init__(self, device: Device, faults: Iterable[Fault], *, scheduler: Scheduler, chance: random.Random) -> None:
        self.device = device
        self.changed: Callable[[], None] = lambda: None
        self._scheduler = scheduler
        self._chance = chance
        self._active: list[Fault] = []
        self._lines: dict[Doorway, FaultyLine] = {}
        self._terminal: Doorway | None = None
        began_s = scheduler.now_s()
        for fault in faults:
            scheduler.call_at(began_s + fault.at_s, partial(self.begin, fault))

    @property
    def is_on(self) -> bool:
        """Whether it is there for a network."""
        return self.device.is_on and not self._has(FaultKind.REPLUG)

    @property
    def has_terminal(self) -> bool:
        """Whether a serial port of it is there."""
        is_restarting = self._has(FaultKind.REBOOT) and not self._has(FaultKind.POWER)
        return (self.device.is_on or is_restarting) and not self._has(FaultKind.REPLUG)

    def terminal_is(self, terminal: Doorway | None) -> None:
        """Take note of the terminal that it speaks through."""
        self._terminal = terminal

    def begin(self, fault: Fault) -> None:
        """Let something go wrong from now on, until it is over."""
        self._active.append(fault)
        match fault.kind:
            case FaultKind.POWER | FaultKind.REBOOT:
                self.device.switch_off()
            case FaultKind.REPLUG | FaultKind.DROP:
                self._drop_all()
            case FaultKind.STUCK:
                self._hold_all()
            case FaultKind.THIEF:
                self._steal(fault)
            case _:
                pass
        self.changed()
        self._scheduler.call_at(self._scheduler.now_s() + fault.for_s, lambda: self._end(fault))

    def client_connected(self, doorway: Doorway) -> None:
        """Serve a client."""
        line = FaultyLine(
            doorway,
            faults=self._fault,
            scheduler=self._scheduler,
            chance=self._chance,
            own_number=self.device.identity.node_number,
            reads_again=self.device.client_reads_again,
        )
        self._lines[doorway] = line
        self._hold_all()
        self.device.client_connected(line)

    def client_said(self, doorway: Doorway, chunk: bytes) -> None:
        """Take bytes from a client."""
        line = self._lines[doorway]
        passed = line.pass_on(chunk)
        if passed is not None:
            self.device.client_said(line, passed)

    def client_reads_again(self) -> None:
        """Go on writing after `Connection.can_take_more` was false."""
        self.device.client_reads_again()

    def client_left(self, doorway: Doorway) -> None:
        """Take note that a client has gone."""
        line = self._lines.pop(doorway, None)
        if line is not None:
            self.device.client_left(line)

    def _end(self, fault: Fault) -> None:
        self._active.remove(fault)
        match fault.kind:
            case FaultKind.POWER | FaultKind.REBOOT if not self._has(FaultKind.POWER, FaultKind.REBOOT):
                self.device.switch_on()
                if self._terminal is not None and fault.kind is FaultKind.REBOOT:
                    self._terminal.write(BOOT_TEXT + REBOOTED)
            case FaultKind.STUCK:
                self._hold_all()
            case _:
                pass
        self.changed()

    def _fault(self, kind: FaultKind) -> Fault | None:
        return next((fault for fault in reversed(self._active) if fault.kind is kind), None)

    def _has(self, *kinds: FaultKind) -> bool:
        return any(fault.kind in kinds for fault in self._active)

    def _drop_all(self) -> None:
        for doorway, line in list(self._lines.items()):
            self.client_left(doorway)
            line.close()

    def _hold_all(self) -> None:
        for doorway in self._lines:
            doorway.hold(is_held=self._has(FaultKind.STUCK))

    def _steal(self, fault: Fault) -> None:
        if fault not in self._active:
            return
        self.device.client_connected(_Thief())
        self._scheduler.call_at(self._scheduler.now_s() + fault.amount, lambda: self._steal(fault))


class _Thief:
    """A client that only takes the place of another."""

    def can_take_more(self) -> bool:
        return True

    def write(self, chunk: bytes) -> None:
        """Hear it and do nothing."""

    def close(self) -> None:
        """Be gone, until the next time."""
