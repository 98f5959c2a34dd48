"""A station's real link to a real device on a TCP port or a terminal, on a clock that jumps, with faults to come."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from hardware.addresses import SerialAddress, TcpAddress
from hardware.radio import Delivered
from hardware.serial_way import SerialWay
from hardware.simulated.air_file import parse_air
from hardware.simulated.faults import Fault, FaultKind, usual_amount
from hardware.simulated.requests import Done, Inject, format_request
from hardware.simulated.server import AirServer, open_air
from hardware.tcp_way import TcpWay
from tests.hardware.station import Station, running

DEVICE = "near"
"""The one that has the link and the faults."""

PEER = "far"
"""Hears it, and repeats what it hears."""

PROBE_S = 1.0
PROBES_MAX = 200

AIR = """
[air]
preset = "SHORT_FAST"
seed = {seed}
[[device]]
name = "near"
{door}
[[device]]
name = "far"
port = 0
[[link]]
between = ["near", "far"]
snr_db = -6
"""


def fault(kind: FaultKind, at_s: float = 10.0, for_s: float = 0.0, amount: float | None = None) -> Fault:
    return Fault(at_s, DEVICE, kind, for_s, usual_amount(kind) if amount is None else amount)


def as_toml(faults: Iterable[Fault]) -> str:
    return "".join(
        f'[[fault]]\nat_s = {each.at_s!r}\ndevice = "{each.device}"\nkind = "{each.kind}"\nfor_s = {each.for_s!r}\n'
        + (f"amount = {each.amount!r}\n" if each.amount else "")
        for each in faults
    )


class Troubled:
    """An air whose first device is in trouble, and the station at it."""

    def __init__(self, air: AirServer, station: Station) -> None:
        self.air = air
        self.station = station

    @property
    def peer(self) -> int:
        return self.air.node_numbers[PEER]

    async def hear(self, payload: bytes) -> None:
        """Let the peer broadcast, and the station hear it."""
        assert await self.air.answer(format_request(Inject(PEER, payload, 0, None))) == Done()
        await self.station.until_heard(payload)

    async def until_delivered(self, first_ticket: int) -> float:
        """Send to the peer until its radio has acked one; when that was."""
        for ticket in range(first_ticket, first_ticket + PROBES_MAX):
            self.station.send(ticket, b"probe", to=self.peer, ack=True)
            await self.station.until(lambda ticket=ticket: self.station.is_ended(ticket))
            if Delivered() in self.station.outcomes(ticket):
                return asyncio.get_running_loop().time()
            await asyncio.sleep(PROBE_S)
        raise AssertionError("the link did not work again")


@asynccontextmanager
async def troubled(folder: Path, door: str, *faults: Fault, seed: int = 1) -> AsyncIterator[Troubled]:
    """Everything up; the faults' times count from about now.

    Args:
        folder: for the terminal's name.
        door: `tcp` or `serial`.
        faults: of the device that the station is at.
        seed: of all chance.
    """
    opening = 'pty = "near.tty"' if door == "serial" else "port = 0"
    text = AIR.format(door=opening, seed=seed) + as_toml(faults)
    async with open_air(parse_air(text, "troubles", folder)) as air:
        way = (
            SerialWay(SerialAddress(str(folder / "near.tty")))
            if door == "serial"
            else TcpWay(TcpAddress("127.0.0.1", air.ports[DEVICE]))
        )
        async with running(way) as (station,):
            yield Troubled(air, station)
