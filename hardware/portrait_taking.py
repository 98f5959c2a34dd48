"""Connects to a radio, has it say all its settings, and leaves: for looking at a radio that no station uses.

The same way and the same handshake as the station's link, with the other nodes included.
"""

import asyncio
from collections.abc import Callable

from hardware import to_radio
from hardware.errors import HardwareError
from hardware.from_radio import Dropped, understand
from hardware.handshake import Handshake
from hardware.portrait import Portrait
from hardware.portrait_reader import PortraitReader
from hardware.stream import FrameReader
from hardware.way import Connection, Way


class NoPortrait(HardwareError):
    """Something is there, but no radio that says what it is."""


async def take_portrait(way: Way, nonce: int, progress: Callable[[int], None]) -> Portrait:
    """Read a radio's settings; takes a second or two, a minute when the radio knows many nodes.

    Args:
        way: to the radio.
        nonce: to ask under; any number but `to_radio.CONFIG_NONCE` and its neighbour, which leave things out.
        progress: told how many messages the radio has said so far.

    Raises:
        Unreachable: there is no connection to it.
        ConnectionEnded: it went away meanwhile.
        NoPortrait: it does not answer like a radio of a firmware we know.
    """
    connection, reader = await way.open(), PortraitReader()
    try:
        await hear_everything(connection, nonce, progress, reader.hear)
    finally:
        connection.close()
    portrait = reader.portrait()
    if portrait is None:
        raise NoPortrait("the radio left out its number, version or settings; its firmware must be 2.7 or 2.8")
    return portrait


async def hear_everything(
    connection: Connection, nonce: int, progress: Callable[[int], None], hear: Callable[[bytes], None]
) -> None:
    """Have a radio say all its settings on a connection that stands, and hand each message on.

    Raises:
        ConnectionEnded: it went away meanwhile.
        NoPortrait: it does not answer like a radio.
    """
    loop = asyncio.get_running_loop()
    now_s = loop.time()
    handshake = Handshake(nonce, began_s=now_s, heard_s=now_s, asked_s=now_s)
    frames, count = FrameReader(), 0
    connection.write(to_radio.want_config(nonce) + to_radio.heartbeat())
    while not handshake.is_complete:
        try:
            async with asyncio.timeout_at(handshake.next_wake_s()):
                chunk = await connection.read()
        except TimeoutError:
            if loop.time() >= handshake.deadline_s():
                raise NoPortrait("the radio does not answer; check that a Meshtastic radio is there") from None
            handshake.asked_s = loop.time()
            connection.write(to_radio.want_config_again(nonce) + to_radio.heartbeat())
            continue
        for message in frames.feed(chunk, loop.time()):
            said = understand(message)
            if isinstance(said, Dropped):
                continue
            handshake.hear(said, loop.time())
            hear(message)
            count += 1
        progress(count)
