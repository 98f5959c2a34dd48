"""A simulated air behind real sockets: one TCP port per device, one control socket for the whole."""

import asyncio
import contextlib
import socket
import stat
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from hardware.errors import HardwareError
from hardware.simulated.air_file import AirPlan
from hardware.simulated.door import HOST, Door
from hardware.simulated.requests import LINE_BYTES_MAX, Answer, Done, Power, Refused, format_answer, parse_request
from hardware.simulated.scheduler import LoopScheduler
from hardware.simulated.world import World

CONTROLLERS_MAX = 16
"""Control connections at a time; a further one is closed at once."""


class ServerError(HardwareError):
    """A simulated air cannot be served; the text says what to change."""


class AirServer:
    """A running air. Make one with `open_air`."""

    def __init__(self, plan: AirPlan) -> None:
        self._world = World(plan, LoopScheduler(asyncio.get_running_loop()))
        self._doors = {each.name: Door(self._world.devices[each.name], each.port) for each in plan.devices}
        self._control: asyncio.Server | None = None
        self._controllers: set[asyncio.StreamWriter] = set()

    @property
    def ports(self) -> Mapping[str, int]:
        """On which port of `HOST` each device serves its client API."""
        return {name: door.port for name, door in self._doors.items()}

    @property
    def node_numbers(self) -> Mapping[str, int]:
        """Which node number each device has."""
        return {name: device.identity.node_number for name, device in self._world.devices.items()}

    async def answer(self, line: bytes) -> Answer:
        """Carry out one line of the control protocol: any bytes at all."""
        request = parse_request(line)
        if isinstance(request, Refused):
            return request
        answer = self._world.answer(request, self.ports)
        if isinstance(request, Power) and isinstance(answer, Done):
            await self._doors[request.device].follow()
        return answer

    async def open(self, control: Path | None) -> None:
        """Listen everywhere; after an error, `close` takes back what was opened.

        Raises:
            ServerError: a port or the control path is taken.
        """
        for name, door in self._doors.items():
            try:
                door.hold()
                await door.follow()
            except OSError as error:
                problem = f"device {name!r}: port {door.port} of {HOST}: {error.strerror}"
                raise ServerError(f"{problem}; choose another port in the air file, or 0") from error
        if control is not None:
            try:
                self._control = await asyncio.start_unix_server(
                    self._serve_controller, sock=_bind_control(control), limit=LINE_BYTES_MAX
                )
            except OSError as error:
                raise ServerError(f"control socket {control}: {error.strerror}; choose another path") from error

    async def close(self) -> None:
        """Take the power from every device and stop listening."""
        for name, door in self._doors.items():
            self._world.devices[name].switch_off()
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
        ServerError: a port or the control path is taken.
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
