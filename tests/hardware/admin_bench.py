"""A radio to be administered, simulated, on a clock that jumps: its way can be cut at any message."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

from hardware.admin_session import AdminSession
from hardware.airtime import PRESETS
from hardware.meshtastic_protobufs import admin_pb2, mesh_pb2, portnums_pb2
from hardware.profile import ChannelProfile, ContactProfile, NetworkProfile, StationProfile
from hardware.simulated.air import Air
from hardware.simulated.device import Device
from hardware.simulated.identity import Generation, Identity
from hardware.simulated.scheduler import LoopScheduler
from hardware.stream import FrameReader
from hardware.way import ConnectionEnded, Unreachable

STATION_KEY = bytes(range(32))
HANDHELD_KEY = bytes(range(32, 64))
OTHER = ContactProfile("KRS", "Krisestaben", 0x00C0FFEE, b"\x07" * 32)


def profile(**changes: object) -> NetworkProfile:
    said: dict[str, object] = {
        "preset": "SHORT_FAST",
        "region": "EU_868",
        "hop_limit": 3,
        "tx_power_dbm": 20,
        "station_channel": ChannelProfile("bavn", STATION_KEY, Path("station.key")),
        "handheld_channel": ChannelProfile("folk", HANDHELD_KEY, Path("handheld.key")),
        "node_info_s": 10800,
        "position_s": 43200,
        "telemetry_s": 43200,
        "canned_messages": ("Ja", "Nej"),
        "stations": (StationProfile("PLH", "Plejehjemmet Havblik", "CLIENT", None),),
        "contacts": (OTHER,),
    }
    return NetworkProfile(**(said | changes))  # type: ignore[arg-type]


class Killed(BaseException):
    """The program was killed at this point: nothing of it may run any more."""


class DeviceWay:
    """The way to a device in the same process.

    Attributes:
        told: the admin messages that the device was told, by kind, over all connections.
        before_message: called with the number of the message before the device gets it.
        after_message: called after.
    """

    name = "a simulated radio"

    def __init__(self, device: Device) -> None:
        self.device = device
        self.told: list[str] = []
        self.before_message: Callable[[int], None] = lambda number: None
        self.after_message: Callable[[int], None] = lambda number: None

    @property
    def written(self) -> list[str]:
        return [kind for kind in self.told if not kind.startswith("get_")]

    async def open(self) -> "DeviceConnection":
        if not self.device.is_on:
            raise Unreachable("no power; check it")
        return DeviceConnection(self)


class DeviceConnection:
    """The program's end of a connection."""

    def __init__(self, way: DeviceWay) -> None:
        self._way = way
        self._frames = FrameReader()
        self._far = _DeviceEnd()
        way.device.client_connected(self._far)

    async def read(self) -> bytes:
        chunk = await self._far.said.get()
        if not chunk:
            self._far.close()
            raise ConnectionEnded("the radio went away; check its cable")
        return chunk

    def write(self, chunk: bytes) -> None:
        kinds = [kind for message in self._frames.feed(chunk, 0.0) if (kind := admin_kind(message))]
        for kind in kinds:
            self._way.before_message(len(self._way.told))
            self._way.told.append(kind)
        if not self._far.is_closed:
            self._way.device.client_said(self._far, chunk)
        for _ in kinds:
            self._way.after_message(len(self._way.told) - 1)

    def close(self) -> None:
        self._far.close()
        self._way.device.client_left(self._far)


class _DeviceEnd:
    """The device's end of it."""

    def __init__(self) -> None:
        self.said: asyncio.Queue[bytes] = asyncio.Queue()
        self.is_closed = False

    def can_take_more(self) -> bool:
        return True

    def write(self, chunk: bytes) -> None:
        self.said.put_nowait(chunk)

    def close(self) -> None:
        self.is_closed = True
        self.said.put_nowait(b"")


def admin_kind(message: bytes) -> str:
    said = mesh_pb2.ToRadio.FromString(message)
    if said.packet.decoded.portnum != portnums_pb2.PortNum.ADMIN_APP:
        return ""
    return admin_pb2.AdminMessage.FromString(said.packet.decoded.payload).WhichOneof("payload_variant") or ""


class Radio:
    """One simulated radio on the running loop's clock, and sessions with it."""

    def __init__(
        self,
        *,
        generation: Generation = Generation.V2_7,
        is_fresh: bool = False,
        has_keypad: bool = False,
        contacts: tuple[Identity, ...] = (),
    ) -> None:
        scheduler = LoopScheduler(asyncio.get_running_loop())
        self.identity = Identity.named("radio", 0xA1B20010)
        self.device = Device(
            "radio",
            self.identity,
            generation,
            air=Air(scheduler, PRESETS["SHORT_FAST"], random.Random(1)),
            scheduler=scheduler,
            chance=random.Random(1),
            contacts=contacts,
            is_fresh=is_fresh,
            has_keypad=has_keypad,
        )
        self.device.switch_on()
        self.way = DeviceWay(self.device)
        self._chance = random.Random(2)

    def session(self) -> AdminSession:
        return AdminSession(self.way, self._chance)

    def power_cut(self) -> None:
        """Take the power away and give it back a second later."""
        self.device.switch_off()
        asyncio.get_running_loop().call_later(1.0, self.device.switch_on)
