"""A simulated air behind real doors: a TCP port, a serial port or both for each device, one control socket for all."""

import asyncio
import contextlib
import logging
import socket
import stat
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from hardware.addresses import Address
from hardware.errors import HardwareError
from hardware.simulated.air_file import AirPlan, DevicePlan
from hardware.simulated.door import TcpDoor
from hardware.simulated.requests import LINE_BYTES_MAX, Answer, Done, Power, Refused, format_answer, parse_request
from hardware.simulated.scheduler import LoopScheduler
from hardware.simulated.serial_door import SerialDoor
from hardware.simulated.troubled_device import Served
from hardware.simulated.world import World

CONTROLLERS_MAX = 16
"""Control connections at a time; a further one is closed at once."""

_log = logging.getLogger(__name__)


class Door(Protocol):
    """One way into a device."""

    @property
    def address(self) -> Address:
        """Where it is; may change until it is held."""

    @property
    def where(self) -> str:
        """Name it in errors."""

    @property
    def remedy(self) -> str:
        """What to do when it is taken."""

    def hold(self) -> None:
        """Reserve it.

        Raises:
            OSError: it is taken.
        """

    async def follow(self) -> None:
        """Be open when the device has power, and only then.

        Raises:
            OSError: it cannot be opened.
        """

    def release(self) -> None:
        """Give it back; it follows no more."""


class ServerError(HardwareError):
    """A simulated air cannot be served; the text says what to change."""


class AirServer:
    """A running air. Make one with `open_air`."""

    def __init__(self, plan: AirPlan) -> None:
        self._world = World(plan, LoopScheduler(asyncio.get_running_loop()))
        self._doors = {each.name: tuple(_doors(each, self._world.troubled[each.name])) for each in plan.devices}
        self._following: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._turn = asyncio.Lock()
        self._control: asyncio.Server | None = None
        self._controllers: set[asyncio.StreamWriter] = set()

    @property
    def addresses(self) -> Mapping[str, tuple[str, ...]]:
        """Where each device serves its client API."""
        return {name: tuple(str(door.address) for door in doors) for name, doors in self._doors.items()}

    @property
    def ports(self) -> Mapping[str, int]:
        """On which port of `HOST` each device serves its client API, if on one."""
        each_door = ((name, door) for name, doors in self._doors.items() for door in doors)
        return {name: door.port for name, door in each_door if isinstance(door, TcpDoor)}

    @property
    def node_numbers(self) -> Mapping[str, int]:
        """Which node number each device has."""
        return {name: device.identity.node_number for name, device in self._world.devices.items()}

    async def answer(self, line: bytes) -> Answer:
        """Carry out one line of the control protocol: any bytes at all."""
        request = parse_request(line)
        if isinstance(request, Refused):
            return request
        answer = self._world.answer(request, self.addresses)
        if isinstance(request, Power) and isinstance(answer, Done):
            for door in self._doors[request.device]:
                try:
                    async with self._turn:
                        await door.follow()
                except OSError as error:
                    return Refused(f"{door.where}: {error.strerror}; {door.remedy}")
        return answer

    async def _follow_devices(self) -> None:
        """Open and close doors as faults take devices away and give them back, and as devices restart by themselves."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            for door in (door for doors in self._doors.values() for door in doors):
                try:
                    async with self._turn:
                        await door.follow()
                except OSError as error:
                    _log.error("%s: %s; %s", door.where, error.strerror, door.remedy)

    async def open(self, control: Path | None) -> None:
        """Listen everywhere; after an error, `close` takes back what was opened.

        Raises:
            ServerError: a port, a serial port's name or the control path is taken.
        """
        for name, doors in self._doors.items():
            for door in doors:
                try:
                    door.hold()
                    await door.follow()
                except OSError as error:
                    raise ServerError(f"device {name!r}: {door.where}: {error.strerror}; {door.remedy}") from error
        for troubled in self._world.troubled.values():
            troubled.changed = self._changed.set
            troubled.device.watch_power(self._changed.set)
        self._following = asyncio.create_task(self._follow_devices(), name="doors follow devices")
        if control is not None:
            try:
                self._control = await asyncio.start_unix_server(
                    self._serve_controller, sock=_bind_control(control), limit=LINE_BYTES_MAX
                )
            except OSError as error:
                raise ServerError(f"control socket {control}: {error.strerror}; choose another path") from error

    async def close(self) -> None:
        """Take the power from every device and stop listening."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.wait([self._following])
        for name, doors in self._doors.items():
            self._world.devices[name].switch_off()
            for door in doors:
                await door.follow()
                door.release()
        if self._control is not None:
            # Before closing it, since afterwards another simulation may have taken the path.
            _remove_control(self._control)
            self._control.close()
        for writer in list(self._controllers):
            writer.transport.abort()

    async def _serve_controller(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._controllers) >= CONTROLLERS_MAX:
            writer.close()
            return
        self._controllers.add(writer)
        try:
            while line := await _next_line(reader):
                writer.write(format_answer(await self.answer(line)))
                await writer.drain()
        except OSError:
            # Who asked has gone.
            pass
        finally:
            self._controllers.discard(writer)
            writer.close()


def _doors(plan: DevicePlan, device: Served) -> Iterator[Door]:
    if plan.port is not None:
        yield TcpDoor(device, plan.port)
    if plan.pty is not None:
        yield SerialDoor(device, plan.pty, logs=plan.log_text)


async def _next_line(reader: asyncio.StreamReader) -> bytes:
    """Read one line; empty at the end, and when a line has none: there is no telling where the next would begin."""
    try:
        return await reader.readline()
    except ValueError:
        return b""


@contextlib.asynccontextmanager
async def open_air(plan: AirPlan, control: Path | None = None) -> AsyncIterator[AirServer]:
    """Serve an air for as long as the context lasts.

    Args:
        plan: what there is; port 0 lets the system choose.
        control: path of the control socket, made for its owner alone; none when None.

    Raises:
        ServerError: a port, a serial port's name or the control path is taken.
    """
    server = AirServer(plan)
    try:
        await server.open(control)
        yield server
    finally:
        await server.close()


def _bind_control(path: Path) -> socket.socket:
    """Make the control socket, for its owner alone.

    Raises:
        OSError: something else is there, or a simulation still serves it.
    """
    _remove_stale(path)
    bound = socket.socket(socket.AF_UNIX)
    try:
        bound.bind(str(path))
        # Nobody can connect before it listens, so the mode is in time.
        path.chmod(0o600)
    except OSError:
        bound.close()
        raise
    return bound


def _remove_control(server: asyncio.Server) -> None:
    for each in server.sockets:
        Path(each.getsockname()).unlink(missing_ok=True)


def _remove_stale(path: Path) -> None:
    """Remove a socket that a killed simulation left behind.

    Raises:
        OSError: something else is there, or a simulation still serves it.
    """
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise FileExistsError(0, "there is a file of another kind")
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
        else:
            raise FileExistsError(0, "another simulation serves it")
