"""A change of keys over a network: nobody falls out on the way, and it goes on wherever it stopped."""

import asyncio
import itertools
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.key_file import fingerprint, read_key
from hardware.profile_making import make_profile
from hardware.rekey_file import RekeyFileError, read_rekey, write_rekey
from hardware.rekey_plan import RadioStage, Rekey, Stage, Step, Subject
from hardware.rekeying import Rekeying, RekeyRefused, Visit
from hardware.way import Unreachable, Way
from tests.hardware.admin_bench import Killed, Radio
from tests.hardware.fast_loop import run_fast
from tests.hardware.test_setup_run import run as set_up_whole

NAMES = ("PLH", "BRS", "KRS")
STAGES = st.sampled_from(list(Stage))


def rekey(*stages: Stage, step: Step = Step.SPREAD) -> Rekey:
    radios = tuple(RadioStage(name, is_handheld=False, stage=stage) for name, stage in zip(NAMES, stages, strict=True))
    return Rekey(Subject.STATION, "00000000", "11111111", step, radios)


@given(st.tuples(STAGES, STAGES, STAGES))
def test_a_step_ends_when_all_are_verified_or_left(stages: tuple[Stage, ...]) -> None:
    state = rekey(*stages)
    advanced = state.advanced()
    if all(stage is Stage.VERIFIED for stage in stages):
        assert (advanced.step, {radio.stage for radio in advanced.radios}) == (Step.SWITCH, {Stage.PLANNED})
    else:
        assert advanced == state
    leaving = state.advanced(leaving=True)
    assert leaving.step is Step.SWITCH
    left = {radio.name for radio in leaving.radios if radio.is_left}
    assert left == {radio.name for radio in state.remaining}


def test_all_steps_end_in_done_and_stay_there() -> None:
    state = rekey(*[Stage.PLANNED] * 3)
    steps = []
    for _ in range(5):
        steps.append(state.step)
        for name in NAMES:
            state = state.with_stage(name, Stage.VERIFIED)
        state = state.advanced()
    assert steps == [Step.SPREAD, Step.SWITCH, Step.FINISH, Step.DONE, Step.DONE]


def test_who_was_left_is_taken_up_again_when_visited() -> None:
    state = rekey(Stage.VERIFIED, Stage.MISSING, Stage.VERIFIED).advanced(leaving=True)
    assert [radio.name for radio in state.remaining] == ["PLH", "KRS"]
    assert [radio.name for radio in state.with_stage("BRS", Stage.WRITTEN).remaining] == list(NAMES)


def test_the_state_is_read_as_written_and_for_its_owner_alone(tmp_path: Path) -> None:
    file, state = tmp_path / "state", rekey(Stage.VERIFIED, Stage.MISSING, Stage.WRITTEN)
    assert read_rekey(file) is None
    write_rekey(file, state)
    assert read_rekey(file) == state
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["state"]


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b"\xff", b'{"version": 2}', b"x" * 300_000])
def test_what_is_no_state_is_told_and_left_alone(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "state").write_bytes(text)
    with pytest.raises(RekeyFileError, match="move it away"):
        read_rekey(tmp_path / "state")
    assert (tmp_path / "state").read_bytes() == text


class Nowhere:
    """A way to a radio that is switched off."""

    name = "nowhere"

    async def open(self) -> object:
        raise Unreachable("no answer; check its power")


class Network:
    """Three stations set up from one profile, on a clock that jumps."""

    def __init__(self, folder: Path) -> None:
        self.profile_file, self.state_file = folder / "network-radio.toml", folder / "rekey.json"
        if not self.profile_file.exists():
            make_profile(self.profile_file, os.urandom)
            stations = (f'[[station]]\nshort_name = "{name}"\nlong_name = "{name}"\n' for name in NAMES)
            self.profile_file.write_text(self.profile_file.read_text() + "".join(stations))
        self.old = read_key(folder / "station.key")
        self.handheld = read_key(folder / "handheld.key")
        self.radios = {name: Radio() for name in NAMES}
        self.absent: set[str] = set()

    async def set_up(self) -> None:
        from hardware.profile import read_profile
        from hardware.wanted import wanted_station

        profile = read_profile(self.profile_file)
        for station in profile.stations:
            await set_up_whole(self.radios[station.short_name], wanted_station(profile, station))

    def way(self, address: str) -> Way:
        return Nowhere() if address in self.absent else self.radios[address].way  # type: ignore[return-value]

    def rekeying(self) -> Rekeying:
        rekeying = Rekeying(self.profile_file, self.state_file, way=self.way)
        rekeying.begin(Subject.STATION, (), os.urandom, is_dry_run=False)
        return rekeying

    async def visit(self, *names: str) -> Rekeying:
        rekeying = self.rekeying()
        await rekeying.visit(tuple(Visit(name, name) for name in names))
        return rekeying

    def reads(self, name: str) -> set[bytes]:
        """Return the station keys with which a radio reads."""
        settings = self.radios[name].device.settings
        return {settings.channel(index).settings.psk for index in range(8) if settings.channel(index).role}

    def sends(self, name: str) -> bytes:
        return self.radios[name].device.settings.channel(0).settings.psk

    def fallen_out(self) -> list[tuple[str, str]]:
        """Return who cannot read whom."""
        pairs = itertools.permutations(NAMES, 2)
        return [(one, other) for one, other in pairs if self.sends(one) not in self.reads(other)]


def names_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def story(folder: Path, tell: Callable[[Network], object]) -> None:
    async def whole() -> None:
        network = Network(folder)
        await network.set_up()
        await tell(network)  # type: ignore[misc]

    run_fast(whole())


def test_everybody_reads_everybody_after_every_visit(tmp_path: Path) -> None:
    async def tell(network: Network) -> None:
        for step in (Step.SPREAD, Step.SWITCH, Step.FINISH):
            for name in NAMES:
                rekeying = await network.visit(name)
                assert network.fallen_out() == []
                assert network.handheld in network.reads(name)
                if name != NAMES[-1]:
                    assert rekeying.rekey is not None
                    assert rekeying.rekey.step is step
        new = read_key(tmp_path / "station.key")
        assert new != network.old
        for name in NAMES:
            assert network.reads(name) == {new, network.handheld}
        assert read_key(tmp_path / "station.key.old") == network.old
        assert not (tmp_path / "station.key.new").exists()

    story(tmp_path, tell)


def test_who_is_missing_is_waited_for_and_told(tmp_path: Path) -> None:
    async def tell(network: Network) -> None:
        network.absent.add("KRS")
        rekeying = await network.visit(*NAMES)
        assert rekeying.rekey is not None
        assert rekeying.rekey.step is Step.SPREAD
        assert [(each.name, each.stage, each.problem) for each in rekeying.rekey.remaining] == [
            ("KRS", Stage.MISSING, "no answer; check its power")
        ]
        again = await network.visit("PLH")
        assert network.sends("PLH") == network.old, "nobody switches before all have the key"
        again.leave_behind()
        await network.visit("PLH", "BRS")
        assert network.sends("PLH") == read_key(tmp_path / "station.key.new")
        network.absent.clear()
        await network.visit("KRS")
        assert network.fallen_out() == []

    story(tmp_path, tell)


@pytest.mark.parametrize("at", range(8))
@pytest.mark.parametrize("step", [Step.SPREAD, Step.SWITCH, Step.FINISH])
def test_killed_anywhere_it_goes_on(tmp_path: Path, at: int, step: Step) -> None:
    async def tell(network: Network) -> None:
        for earlier in list(Step)[: list(Step).index(step)]:
            assert earlier is not step
            await network.visit(*NAMES)
        way = network.radios["BRS"].way
        way.told.clear()

        def kill(number: int) -> None:
            if number == at:
                raise Killed

        way.before_message = kill
        try:
            await network.visit(*NAMES)
        except Killed:
            state = read_rekey(network.state_file)
            assert state is not None
            assert [radio.stage for radio in state.radios] == [Stage.VERIFIED, Stage.WRITTEN, Stage.PLANNED]
            assert network.fallen_out() == []
        way.before_message = lambda number: None
        await asyncio.sleep(10)
        for _ in range(3):
            await network.visit(*NAMES)
        new = read_key(tmp_path / "station.key")
        assert {frozenset(network.reads(name)) for name in NAMES} == {frozenset({new, network.handheld})}
        assert new != network.old

    story(tmp_path, tell)


def test_a_foreign_radio_gets_no_key(tmp_path: Path) -> None:
    async def tell(network: Network) -> None:
        network.radios["BRS"] = Radio()
        rekeying = await network.visit("BRS")
        assert rekeying.rekey is not None
        radio = rekeying.rekey.radio("BRS")
        assert radio is not None
        assert (radio.stage, "holds neither" in radio.problem) == (Stage.MISSING, True)
        assert network.radios["BRS"].way.written == []

    story(tmp_path, tell)


def test_a_dry_run_writes_nothing_anywhere(tmp_path: Path) -> None:
    async def tell(network: Network) -> None:
        for radio in network.radios.values():
            radio.way.told.clear()
        before = names_in(tmp_path)
        rekeying = Rekeying(network.profile_file, network.state_file, way=network.way)
        rekeying.begin(Subject.STATION, (), os.urandom, is_dry_run=True)
        found = await rekeying.differences(tuple(Visit(name, name) for name in NAMES))
        assert {each.part for each in found["PLH"]} == {"channel 2"}
        assert names_in(tmp_path) == before
        assert [radio.way.written for radio in network.radios.values()] == [[], [], []]

    story(tmp_path, tell)


def test_no_key_is_in_the_state_file(tmp_path: Path) -> None:
    async def tell(network: Network) -> None:
        await network.visit("PLH")
        said = json.loads(network.state_file.read_text())
        new = read_key(tmp_path / "station.key.new")
        assert (said["old"], said["new"]) == (fingerprint(network.old), fingerprint(new))
        for key in (network.old, new):
            assert key.hex() not in network.state_file.read_text()

    story(tmp_path, tell)


def test_a_second_subject_waits_for_the_first(tmp_path: Path) -> None:
    async def tell(network: Network) -> None:
        network.rekeying()
        other = Rekeying(network.profile_file, network.state_file, way=network.way)
        with pytest.raises(RekeyRefused, match="finish that first"):
            other.begin(Subject.HANDHELD, (), os.urandom, is_dry_run=False)

    story(tmp_path, tell)


def test_a_lost_key_file_stops_the_change(tmp_path: Path) -> None:
    async def tell(network: Network) -> None:
        await network.visit("PLH")
        (tmp_path / "station.key.new").rename(tmp_path / "elsewhere")
        with pytest.raises(RekeyRefused, match="restore them from the safe"):
            await network.visit("BRS")
        assert len(network.reads("BRS")) == 2

    story(tmp_path, tell)
