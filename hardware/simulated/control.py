"""A client of a running simulation's control socket: plain blocking calls on the standard library's sockets."""

import socket
from pathlib import Path
from types import TracebackType

from hardware.errors import HardwareError
from hardware.simulated.air import Link
from hardware.simulated.faults import Fault
from hardware.simulated.requests import (
    ChangeLink,
    DeviceReport,
    Done,
    Inject,
    Power,
    ReadLog,
    ReadReport,
    Refused,
    Request,
    Transmission,
    Trouble,
    format_request,
    parse_answer,
)

ANSWER_S_MAX = 5.0
ANSWER_BYTES_MAX = 1024 * 1024
"""A full log of 256 transmissions takes about 200 kB."""


class ControlError(HardwareError):
    """The simulation cannot be reached, or refused; the text says why."""


class AirControl:
    """One connection to a control socket; use it as a context.

    Args:
        path: as given to `bavn radio simulate --control`.

    Raises:
        ControlError: nobody serves that path.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(ANSWER_S_MAX)
        try:
            self._socket.connect(str(path))
        except OSError as error:
            self._socket.close()
            remedy = "start one with: bavn radio simulate AIR.toml --control PATH"
            raise ControlError(f"no simulation at {path} ({error.strerror or error}); {remedy}") from error
        self._lines = self._socket.makefile("rb")

    def __enter__(self) -> "AirControl":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Leave the simulation; it goes on."""
        self._lines.close()
        self._socket.close()

    def power(self, device: str, *, on: bool) -> None:
        """Switch a device on or off; harmless when it is so already.

        Raises:
            ControlError: there is no such device, or no answer.
        """
        self._ask(Power(device, on))

    def link(self, one: str, other: str, *, snr_db: float, loss: float = 0.0) -> None:
        """Put or change the link between two devices; a loss of 1 cuts it.

        Raises:
            ControlError: there is no such device, or no answer.
        """
        self._ask(ChangeLink(one, other, Link(snr_db, loss)))

    def inject(self, device: str, payload: bytes, *, hop_limit: int = 0, from_node: int | None = None) -> None:
        """Broadcast a private-port payload from a device, as a hostile radio would.

        Raises:
            ControlError: the device has no power or no place, the payload does not fit, or no answer.
        """
        self._ask(Inject(device, payload, hop_limit, from_node))

    def fault(self, fault: Fault) -> None:
        """Let something go wrong with a device from now on, whatever the fault's own time.

        Raises:
            ControlError: there is no such device, or no answer.
        """
        self._ask(Trouble(fault))

    def report(self) -> list[DeviceReport]:
        """Ask what every device did and met.

        Raises:
            ControlError: no answer.
        """
        return list(self._ask(ReadReport()).report or ())

    def log(self) -> list[Transmission]:
        """Ask for the last transmissions, oldest first.

        Raises:
            ControlError: no answer.
        """
        return list(self._ask(ReadLog()).log or ())

    def _ask(self, request: Request) -> Done:
        try:
            self._socket.sendall(format_request(request))
            line = self._lines.readline(ANSWER_BYTES_MAX)
        except OSError as error:
            raise ControlError(f"no answer from {self._path} ({error.strerror or error}); start it again") from error
        if not line.endswith(b"\n"):
            raise ControlError(f"the simulation at {self._path} ended; start it again")
        match parse_answer(line):
            case Refused(error_text):
                raise ControlError(error_text)
            case Done() as done:
                return done
