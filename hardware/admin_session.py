"""Administers one radio over our own link: one message at a time, over as many connections as its restarts take.

Deadlines move with progress: as long as the radio says anything at all it is alive, and a slow one, writing its flash,
is waited for; but never longer than the limits below. A connection that ends is the caller's to make again: what was
written is found out by reading, never assumed.
"""

import asyncio
import random
from collections.abc import Callable
from typing import Final

from hardware import admin_messages, to_radio
from hardware.admin_messages import Acknowledged, Answered, Heard, Restarted, understand
from hardware.errors import HardwareError
from hardware.meshtastic_protobufs import admin_pb2, mesh_pb2
from hardware.portrait import Portrait
from hardware.portrait_reader import PortraitReader
from hardware.portrait_taking import NoPortrait, hear_everything
from hardware.radio_settings import RadioSettings, SettingsReader
from hardware.stream import FrameReader
from hardware.way import Connection, ConnectionEnded, Unreachable, Way

ANSWER_STEP_S: Final = 10.0
"""From message to message while an answer is awaited; seen within 0.4 s, a board that tidies its flash takes longer."""

ANSWER_S_MAX: Final = 30.0
"""In all, however much the radio talks meanwhile."""

RESTART_BEGINS_S_MAX: Final = 20.0
"""From the commit to the end of the connection: 7 s and what the writing takes."""

RESTART_ENDS_S_MAX: Final = 90.0
"""Until the radio can be reached again: boards with Wi-Fi take half a minute to come back into their network."""

RETRY_S: Final = 0.5
SIGN_OF_LIFE_S: Final = 2.0
"""Between two heartbeats while a restart is awaited: a board that starts anew says nothing of it over TCP."""

SILENCE_S_MAX: Final = 8.0
"""Without any answer to heartbeats the radio is taken for gone."""


class NoAnswer(HardwareError):
    """The radio is connected and does not answer an admin message."""


class AdminRefused(HardwareError):
    """The radio refuses an admin message; the text says which and what to do."""


class AdminSession:
    """One radio to be administered; close it at the end.

    Args:
        way: to the radio.
        chance: source of packet numbers and of nonces.
        progress: told how many messages the radio has said so far.
    """

    def __init__(self, way: Way, chance: random.Random, progress: Callable[[int], None] = lambda count: None) -> None:
        self._way = way
        self._chance = chance
        self._progress = progress
        self._connection: Connection | None = None
        self._frames = FrameReader()
        self._heard: list[Heard] = []
        self._own_number = 0
        self.portrait: Portrait | None = None
        """As of the last reading."""

    async def connect(self) -> RadioSettings:
        """Connect and read all settings.

        Raises:
            Unreachable: there is no connection to it.
            ConnectionEnded: it went away meanwhile.
            NoPortrait: it does not answer like a radio of a firmware we know.
        """
        self.close()
        self._connection = await self._way.open()
        return await self.read()

    async def connect_again(self) -> RadioSettings:
        """Connect to a radio that is expected to come back.

        Raises:
            HardwareError: it has not come back within `RESTART_ENDS_S_MAX`; the last reason.
        """
        deadline_s = asyncio.get_running_loop().time() + RESTART_ENDS_S_MAX
        while True:
            try:
                return await self.connect()
            except (Unreachable, ConnectionEnded, NoPortrait):
                self.close()
                if asyncio.get_running_loop().time() + RETRY_S >= deadline_s:
                    raise
            await asyncio.sleep(RETRY_S)

    async def read(self) -> RadioSettings:
        """Read all settings again; inside an edit, as they are in force.

        Raises:
            ConnectionEnded: the radio went away meanwhile.
            NoPortrait: it leaves out what is needed.
        """
        connection = self._open_connection()
        settings, portrait = SettingsReader(), PortraitReader()

        def hear(message: bytes) -> None:
            settings.hear(message)
            portrait.hear(message)

        # Above the two numbers that leave things out, so that no other program's question is answered by mistake.
        await hear_everything(connection, self._chance.randrange(2**17, 2**32), self._progress, hear)
        self._frames, self._heard = FrameReader(), []
        found, self.portrait = settings.settings(), portrait.portrait()
        if not found.is_complete or self.portrait is None:
            raise NoPortrait("the radio left out its number, version or settings; its firmware must be 2.7 or 2.8")
        self._own_number = found.node_number
        return found

    async def tell(self, message: admin_pb2.AdminMessage) -> None:
        """Have the radio carry out a message.

        Raises:
            AdminRefused: it will not.
            NoAnswer: it says nothing.
            ConnectionEnded: it went away; the message may have been carried out.
        """
        await self._exchange(message)

    async def ask(self, message: admin_pb2.AdminMessage) -> admin_pb2.AdminMessage | None:
        """Ask the radio a question; None when it has nothing of the kind, or is managed by others.

        Raises:
            AdminRefused: it cannot be asked so.
            NoAnswer: it says nothing.
            ConnectionEnded: it went away.
        """
        return await self._exchange(message)

    async def wait_for_restart(self) -> None:
        """Wait until the radio has gone down for its restart; returns as well when it plainly does not."""
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + RESTART_BEGINS_S_MAX
        heard_s = loop.time()
        try:
            while loop.time() < deadline_s and loop.time() < heard_s + SILENCE_S_MAX:
                self._open_connection().write(to_radio.heartbeat())
                try:
                    async with asyncio.timeout(SIGN_OF_LIFE_S):
                        while True:
                            heard = await self._next()
                            heard_s = loop.time()
                            if isinstance(heard, Restarted):
                                return
                except TimeoutError:
                    continue
        except ConnectionEnded:
            pass
        finally:
            self.close()

    def close(self) -> None:
        """End the connection; harmless when there is none."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _exchange(self, message: admin_pb2.AdminMessage) -> admin_pb2.AdminMessage | None:
        loop = asyncio.get_running_loop()
        packet_id = self._chance.randrange(1, 2**32)
        self._open_connection().write(admin_messages.request(message, packet_id, self._own_number))
        end_s = loop.time() + ANSWER_S_MAX
        while True:
            try:
                async with asyncio.timeout_at(min(loop.time() + ANSWER_STEP_S, end_s)):
                    heard = await self._next()
            except TimeoutError:
                kind = message.WhichOneof("payload_variant")
                raise NoAnswer(f"the radio does not answer {kind}; unplug it, plug it in again and repeat") from None
            match heard:
                case Answered(answered, answer) if answered == packet_id:
                    return answer
                case Acknowledged(acknowledged, 0) if acknowledged == packet_id:
                    return None
                case Acknowledged(acknowledged, error) if acknowledged == packet_id:
                    raise AdminRefused(_refusal(message, error))
                case Restarted():
                    raise ConnectionEnded("the radio restarted; repeat the command")
                case _:
                    pass

    async def _next(self) -> Heard:
        """Wait for the next message.

        Raises:
            ConnectionEnded: none will come.
        """
        while not self._heard:
            chunk = await self._open_connection().read()
            messages = self._frames.feed(chunk, asyncio.get_running_loop().time())
            self._heard += [heard for message in messages if (heard := understand(message)) is not None]
        return self._heard.pop(0)

    def _open_connection(self) -> Connection:
        if self._connection is None:
            raise ConnectionEnded("there is no connection to the radio; repeat the command")
        return self._connection


def _refusal(message: admin_pb2.AdminMessage, error: int) -> str:
    kind = message.WhichOneof("payload_variant")
    name = mesh_pb2.Routing.Error.Name(mesh_pb2.Routing.Error.ValueType(error)) if error in _ERRORS else str(error)
    return f"the radio refuses {kind} ({name}); look at it with: bavn radio show"


_ERRORS: Final = frozenset(mesh_pb2.Routing.Error.values())
