"""While a key is changed, every station's link hears every other's frames after each visit: on a simulated air."""

import asyncio
import os
import random
from pathlib import Path

from hardware.admin_session import AdminSession
from hardware.link import MeshtasticLink
from hardware.profile import read_profile
from hardware.profile_making import make_profile
from hardware.rekey_plan import Step, Subject
from hardware.rekeying import Rekeying, Visit
from hardware.setup_run import set_up
from hardware.simulated.air_file import parse_air
from hardware.simulated.scheduler import LoopScheduler
from hardware.simulated.world import World
from hardware.survey import survey_between
from hardware.survey_station import Station, linked
from hardware.wanted import wanted_station
from tests.hardware.admin_bench import DeviceWay
from tests.hardware.fast_loop import run_fast

NAMES = ("PLH", "BRS", "KRS")
AIR = """
[air]
preset = "MEDIUM_FAST"
contacts = "learned"
""" + "".join(f'[[device]]\nname = "{name}"\nport = 0\n' for name in NAMES)
LINKS = "".join(
    f'[[link]]\nbetween = ["{one}", "{other}"]\nsnr_db = 6.0\n' for one, other in (NAMES[:2], NAMES[1:], NAMES[::2])
)


class Network:
    """Three stations that hear each other, set up from one profile."""

    def __init__(self, folder: Path) -> None:
        self._world = World(parse_air(AIR + LINKS, "air", folder), LoopScheduler(asyncio.get_running_loop()))
        self.ways = {name: DeviceWay(self._world.devices[name]) for name in NAMES}
        self.profile_file, self._state_file = folder / "network-radio.toml", folder / "rekey.json"
        make_profile(self.profile_file, os.urandom)
        stations = (f'[[station]]\nshort_name = "{name}"\nlong_name = "{name}"\n' for name in NAMES)
        self.profile_file.write_text(self.profile_file.read_text() + "".join(stations))

    async def set_up(self) -> None:
        profile = read_profile(self.profile_file)
        for station in profile.stations:
            session = AdminSession(self.ways[station.short_name], random.Random(1))
            await set_up(session, await session.connect(), wanted_station(profile, station))
            session.close()

    async def visit(self, name: str) -> Step:
        rekeying = Rekeying(self.profile_file, self._state_file, way=lambda address: self.ways[address])
        rekeying.begin(Subject.STATION, (), os.urandom, is_dry_run=False)
        await rekeying.visit((Visit(name, name),))
        assert rekeying.rekey is not None
        return rekeying.rekey.step

    async def deaf(self, session: int) -> list[tuple[str, str]]:
        stations = [
            Station(name, MeshtasticLink(way, channel_index=0, chance=random.Random(f"{name} {session}")))
            for name, way in self.ways.items()
        ]
        async with linked(stations):
            paths = await survey_between(stations, session, 2, 64, 0, lambda line: None)
        return [(path.sender, path.listener) for path in paths if path.share.heard < path.sent]


def test_every_link_hears_every_other_after_each_visit(tmp_path: Path) -> None:
    async def story() -> None:
        network, steps = Network(tmp_path), []
        await network.set_up()
        for number in range(9):
            assert await network.deaf(1 + number) == []
            steps.append(await network.visit(NAMES[number % 3]))
        assert await network.deaf(100) == []
        assert steps[2::3] == [Step.SWITCH, Step.FINISH, Step.DONE]

    run_fast(story())
