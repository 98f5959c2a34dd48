"""A day of faults: two real links, one over TCP and one over a terminal, on a clock that jumps.

    make faults                     # 1,000 faults over a day
    make faults SEED=7 FAULTS=100   # another day, or a shorter one

Kinds, times and lengths come from the seed, so that a day that went wrong can be lived through again. Whatever happens:

* a minute after a fault is over, a frame goes to the peer and its ack comes back, and one of the peer is heard;
* every frame that the link took comes to exactly one end;
* no task and no descriptor is left behind.
"""

import argparse
import asyncio
import contextlib
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hardware.addresses import SerialAddress, TcpAddress
from hardware.link import MeshtasticLink
from hardware.radio import (
    BROADCAST_NODE,
    Delivered,
    Outgoing,
    PacketHeard,
    Priority,
    RadioEvent,
    RadioUp,
    SendOutcome,
)
from hardware.serial_way import SerialWay
from hardware.simulated.air_file import parse_air
from hardware.simulated.faults import Fault, FaultKind, usual_amount
from hardware.simulated.requests import Inject, format_request
from hardware.simulated.server import AirServer, open_air
from hardware.tcp_way import TcpWay
from hardware.way import Way
from tests.hardware.fast_loop import SETTLE_S, run_fast
from tests.hardware.station import has_one_end
from tests.hardware.troubles import as_toml

SLOT_S = 172.8
"""A day has room for 500 faults to each of the two."""

FAULT_S_MAX = 60.0
BACK_S_MAX = 60.0
"""From the end of a fault until frames go and come again."""

LOAD_S = 10.0
"""Between two frames of one station, on the average."""

PROBE_S = 1.0
SETTLED_S = 200.0
"""After the last fault: until every ticket must have come to its end."""

PEER = "far"
NEAR = ("near-tcp", "near-tty")

AIR = """
[air]
preset = "SHORT_FAST"
seed = {seed}
[[device]]
name = "near-tcp"
port = 0
[[device]]
name = "near-tty"
pty = "near.tty"
log_text = true
[[device]]
name = "far"
port = 0
[[link]]
between = ["near-tcp", "far"]
snr_db = -6
[[link]]
between = ["near-tty", "far"]
snr_db = -6
"""


class SoakFailed(AssertionError):
    """Something went wrong; the text says what, and how to live through it again."""


def faults(seed: int, count: int) -> list[Fault]:
    """Draw the faults of a day, one in each slot of each device."""
    chance = random.Random(f"{seed} faults")
    return [
        _fault(chance, NEAR[number % len(NEAR)], (number // len(NEAR)) * SLOT_S + chance.uniform(1, 40))
        for number in range(count)
    ]


def _fault(chance: random.Random, device: str, at_s: float) -> Fault:
    kind = chance.choice(list(FaultKind))
    amount = usual_amount(kind)
    if amount:
        amount = max(amount * chance.uniform(0.3, 1.5), 1.0)
    for_s = 0.0 if kind is FaultKind.DROP else chance.uniform(0.0, FAULT_S_MAX)
    return Fault(round(at_s, 3), device, kind, round(for_s, 3), float(int(amount)))


@dataclass
class SoakStation:
    """One link, what it was given and what became of it."""

    device: str
    link: MeshtasticLink
    sent: dict[int, Outgoing] = field(default_factory=dict)
    outcomes: dict[int, list[object]] = field(default_factory=dict)
    heard: set[bytes] = field(default_factory=set)
    ups: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def deliver(self, event: RadioEvent) -> None:
        match event:
            case SendOutcome(ticket, outcome):
                self.outcomes.setdefault(ticket, []).append(outcome)
            case PacketHeard(payload=payload):
                self.heard.add(payload)
            case RadioUp():
                self.ups += 1
        self.changed.set()

    def send(self, outgoing: Outgoing) -> None:
        self.sent[outgoing.ticket] = outgoing
        self.link.send(outgoing)

    def has_ended(self, ticket: int) -> bool:
        return has_one_end(self.outcomes.get(ticket, []), self.sent[ticket])

    async def until(self, is_there: Callable[[], bool]) -> None:
        while not is_there():
            self.changed.clear()
            await self.changed.wait()


@dataclass(frozen=True)
class Outlook:
    """What a soak came to."""

    faults: int
    frames: int
    ends: Counter[str]
    ups: int
    slowest_back_s: float


class Soak:
    """One day.

    Args:
        folder: for the terminal.
        seed: of everything.
        count: of faults.
        progress: told of each fault that is over, in order of time.
    """

    def __init__(self, folder: Path, seed: int, count: int, progress: Callable[[int], None]) -> None:
        self._folder = folder
        self._seed = seed
        self._faults = faults(seed, count)
        self._progress = progress
        self._slowest_back_s = 0.0
        self._over = 0
        self._others = open_descriptors()
        """Of whoever ran in this process before: some of them are closed only when garbage is collected."""

    async def live(self) -> Outlook:
        """Live through it.

        Raises:
            SoakFailed: something went wrong.
        """
        tasks = len(asyncio.all_tasks())
        text = AIR.format(seed=self._seed) + as_toml(self._faults)
        async with open_air(parse_air(text, "soak", self._folder)) as air:
            stations = list(self._stations(air))
            links = [asyncio.create_task(each.link.run(each.deliver), name=f"link {each.device}") for each in stations]
            for each in stations:
                await each.until(lambda each=each: each.ups > 0)
            up_tasks, up_descriptors = len(asyncio.all_tasks()), len(self._descriptors())
            loads = [asyncio.create_task(self._load(each, air)) for each in stations]
            try:
                await asyncio.gather(*(self._watch(each, air) for each in stations))
            finally:
                for load in loads:
                    load.cancel()
            await asyncio.wait(loads)
            await asyncio.sleep(SETTLED_S)
            outlook = self._judge(stations)
            self._same("tasks", up_tasks, len(asyncio.all_tasks()))
            self._same("descriptors", up_descriptors, len(self._descriptors()))
            for link in links:
                link.cancel()
            await asyncio.wait(links)
        # What closes in the next turns of the loop.
        await asyncio.sleep(1)
        self._same("tasks at the end", tasks, len(asyncio.all_tasks()))
        self._same("descriptors at the end", 0, len(self._descriptors()))
        return outlook

    def _stations(self, air: AirServer) -> Iterator[SoakStation]:
        ways: tuple[Way, ...] = (
            TcpWay(TcpAddress("127.0.0.1", air.ports["near-tcp"])),
            SerialWay(SerialAddress(str(self._folder / "near.tty"))),
        )
        for device, way in zip(NEAR, ways, strict=True):
            chance = random.Random(f"{self._seed} link {device}")
            yield SoakStation(device, MeshtasticLink(way, channel_index=0, chance=chance))

    async def _load(self, station: SoakStation, air: AirServer) -> None:
        """Send for ever, of every kind."""
        chance = random.Random(f"{self._seed} load {station.device}")
        while True:
            await asyncio.sleep(chance.uniform(0, 2 * LOAD_S))
            for _ in range(chance.choice((1, 1, 1, 5))):
                station.send(
                    Outgoing(
                        ticket=len(station.sent),
                        payload=chance.randbytes(chance.randrange(1, 240)),
                        hop_limit=chance.randrange(2),
                        want_ack=chance.random() < 0.5,
                        destination=chance.choice((None, air.node_numbers[PEER], BROADCAST_NODE - 1)),
                        priority=chance.choice(list(Priority)),
                    )
                )

    async def _watch(self, station: SoakStation, air: AirServer) -> None:
        """See the link work again after each of its faults."""
        for fault in (fault for fault in self._faults if fault.device == station.device):
            over_s = fault.at_s + fault.for_s
            await asyncio.sleep(max(0.0, over_s - now_s()))
            try:
                async with asyncio.timeout_at(over_s + BACK_S_MAX):
                    await self._until_it_works(station, air)
            except TimeoutError:
                raise self._failed(f"a minute after {fault} the link did not work") from None
            self._slowest_back_s = max(self._slowest_back_s, now_s() - over_s)
            self._over += 1
            self._progress(self._over)

    async def _until_it_works(self, station: SoakStation, air: AirServer) -> None:
        while True:
            ticket = len(station.sent)
            station.send(Outgoing(ticket, b"probe", 1, True, air.node_numbers[PEER], Priority.HIGH))
            await station.until(lambda ticket=ticket: station.has_ended(ticket))
            if Delivered() in station.outcomes[ticket]:
                break
            await asyncio.sleep(PROBE_S)
        while True:
            payload = b"%s heard at %.2f" % (station.device.encode(), now_s())
            await air.answer(format_request(Inject(PEER, payload, 0, None)))
            await asyncio.sleep(PROBE_S)
            if payload in station.heard:
                return

    def _judge(self, stations: list[SoakStation]) -> Outlook:
        ends: Counter[str] = Counter()
        for station in stations:
            for ticket in station.sent:
                if not station.has_ended(ticket):
                    became = station.outcomes.get(ticket)
                    raise self._failed(f"{station.device}: {station.sent[ticket]} came to no one end: {became}")
                ends[str(station.outcomes[ticket][-1])] += 1
        return Outlook(
            faults=len(self._faults),
            frames=sum(len(station.sent) for station in stations),
            ends=ends,
            ups=sum(station.ups for station in stations),
            slowest_back_s=self._slowest_back_s,
        )

    def _descriptors(self) -> set[tuple[str, str]]:
        """The descriptors of this day; those before it may be closed meanwhile."""
        return open_descriptors() - self._others

    def _same(self, what: str, before: int, after: int) -> None:
        if before != after:
            raise self._failed(f"{before} {what} became {after}")

    def _failed(self, problem: str) -> SoakFailed:
        again = f"make faults SEED={self._seed} FAULTS={len(self._faults)}"
        return SoakFailed(f"at {now_s():.1f} s: {problem}; again with: {again}")


def now_s() -> float:
    return asyncio.get_running_loop().time()


def open_descriptors() -> set[tuple[str, str]]:
    """List this process's descriptors, each with what it stands for: sockets and pipes have numbers of their own."""
    found: set[tuple[str, str]] = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        # The listing itself is one of them, and gone by now.
        with contextlib.suppress(FileNotFoundError):
            found.add((descriptor.name, str(descriptor.readlink())))
    return found


def soak(folder: Path, seed: int, count: int, progress: Callable[[int], None] = lambda over: None) -> Outlook:
    """Live through a day; see `Soak`."""
    outlooks: list[Outlook] = []

    async def day() -> None:
        outlooks.append(await Soak(folder, seed, count, progress).live())

    run_fast(day(), SETTLE_S)
    return outlooks[0]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=int, default=1000)
    asked = parser.parse_args()
    began_s = time.monotonic()

    def progress(over: int) -> None:
        if over % max(1, asked.faults // 20) == 0:
            sys.stdout.write(f"{over} of {asked.faults} faults lived through, {time.monotonic() - began_s:.0f} s\n")
            sys.stdout.flush()

    with tempfile.TemporaryDirectory() as folder:
        try:
            outlook = soak(Path(folder), asked.seed, asked.faults, progress)
        except SoakFailed as failure:
            sys.stdout.write(f"FAILED {failure}\n")
            return 1
    sys.stdout.write(
        f"{outlook.faults} faults, {outlook.frames} frames, {outlook.ups} times up, "
        f"back {outlook.slowest_back_s:.0f} s after a fault at the latest\n"
    )
    for end, count in outlook.ends.most_common():
        sys.stdout.write(f"{count:7} {end}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
