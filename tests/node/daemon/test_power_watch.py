"""The power watch: tries again, keeps what it saw with its age, then knows nothing; a fault reaches nobody else."""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine

import pytest

from hardware.power.charge import CoulombCounter
from hardware.power.estimate import Estimator
from hardware.power.reading import PowerFault, PowerReading, PowerSource
from hardware.power.simulated import Board, SimulatedBattery
from node.api.status import PowerState
from node.daemon.power_watch import KEPT_MS, TRIES, TRY_PAUSE_S, PowerWatch
from tests.support.patience import DEADLINE_S

READ_S = 30
NOTHING = PowerState("", None, None, None, None, None, None, None, "")


class Bench:
    """A watch whose pauses last no time here, and as long as they say on its clock and at its battery."""

    def __init__(self, source: PowerSource | None, *, counts: bool = False, answer_s: float = 5.0) -> None:
        self.source = source
        self.now_ms = 100_000
        self.pauses_s: list[float] = []
        self.third_pause = asyncio.Event()
        self.changes = 0
        self.watch = PowerWatch(
            source,
            Estimator(CoulombCounter(6_000, 8_400) if counts else None),
            read_s=READ_S,
            boot_ms=lambda: self.now_ms,
            changed=self._changed,
            pause=self._pause,
            answer_s=answer_s,
        )

    @property
    def state(self) -> PowerState:
        return self.watch.state(self.now_ms)

    async def look_for_s(self, seconds: float) -> None:
        """Looks as `run` would."""
        for _ in range(round(seconds / READ_S)):
            await self.watch.look()
            await self._pause(READ_S)

    def _changed(self) -> None:
        self.changes += 1

    async def _pause(self, delay_s: float) -> None:
        self.pauses_s.append(delay_s)
        if len(self.pauses_s) == 3:
            self.third_pause.set()
        self.now_ms += round(delay_s * 1000)
        if isinstance(self.source, SimulatedBattery):
            self.source.pass_s(delay_s)


class Scripted:
    """Says one thing after another; a text is a fault."""

    name = "board"

    def __init__(self, *script: PowerReading | str) -> None:
        self.script = list(script)

    def read(self) -> PowerReading:
        said = self.script.pop(0)
        if isinstance(said, str):
            raise PowerFault(said)
        return said


class Hanging:
    """Does not answer until it is let go."""

    name = "board"

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.is_back = threading.Event()
        self.begun = 0

    def read(self) -> PowerReading:
        self.begun += 1
        self.gate.wait(DEADLINE_S)
        self.is_back.set()
        return PowerReading(charge_percent=50)


def drawn(load_ma: float = 610) -> SimulatedBattery:
    battery = SimulatedBattery(Board.KERNEL, percent=78.5)
    battery.draw(load_ma)
    return battery


def run(scene: Callable[[], Coroutine[None, None, None]]) -> None:
    asyncio.run(asyncio.wait_for(scene(), DEADLINE_S))


def test_what_the_board_says_is_told() -> None:
    async def scene() -> None:
        bench = Bench(drawn())
        await bench.watch.look()
        state = bench.state
        assert state.source == "simulated battery (kernel)"
        assert (state.charge_percent, state.current_ma, state.on_mains) == (78, -610, False)
        assert state.voltage_mv == pytest.approx(7_900, abs=100)
        assert (state.left_min_s, state.left_max_s, state.age_s, state.fault) == (None, None, 0, "")

    run(scene)


def test_the_time_left_comes_with_time_and_shrinks_with_age() -> None:
    async def scene() -> None:
        battery = drawn()
        bench = Bench(battery)
        await bench.look_for_s(7_200)
        state = bench.state
        assert state.left_min_s is not None
        assert state.left_max_s is not None
        truth_s = battery.percent / 100 * 6_000 / 610 * 3600
        assert state.left_min_s <= truth_s <= state.left_max_s
        later = bench.watch.state(bench.now_ms + 60_000)
        assert (later.left_min_s, later.left_max_s) == (state.left_min_s - 60, state.left_max_s - 60)

    run(scene)


def test_a_shunt_is_counted_from_full() -> None:
    async def scene() -> None:
        battery = SimulatedBattery(Board.SHUNT)
        battery.mains(on=True)
        bench = Bench(battery, counts=True)
        await bench.look_for_s(60)
        battery.mains(on=False)
        battery.draw(610)
        await bench.look_for_s(3_600)
        assert bench.state.charge_percent == pytest.approx(battery.percent, abs=1)

    run(scene)


def test_a_word_that_was_missed_is_asked_for_again() -> None:
    async def scene() -> None:
        bench = Bench(Scripted("once", "twice", PowerReading(charge_percent=50)))
        await bench.watch.look()
        assert (bench.state.charge_percent, bench.state.fault) == (50, "")
        assert bench.pauses_s == [TRY_PAUSE_S] * 2

    run(scene)


def test_three_tries_are_enough() -> None:
    async def scene() -> None:
        source = Scripted(*["gone"] * TRIES, "never asked")
        bench = Bench(source)
        await bench.watch.look()
        assert source.script == ["never asked"]
        assert (bench.state.fault, bench.state.charge_percent, bench.state.age_s) == ("gone", None, None)

    run(scene)


def test_the_last_value_is_kept_with_its_age_and_then_unknown() -> None:
    async def scene() -> None:
        battery = drawn()
        bench = Bench(battery)
        await bench.look_for_s(READ_S)
        battery.fail("no answer")
        await bench.look_for_s(120)
        state = bench.state
        assert (state.charge_percent, state.on_mains) == (78, False)
        assert "no answer" in state.fault
        assert state.age_s is not None
        assert 120 <= state.age_s < 180
        bench.now_ms += KEPT_MS
        state = bench.state
        assert (state.charge_percent, state.voltage_mv, state.current_ma, state.on_mains) == (None,) * 4
        assert (state.left_min_s, state.left_max_s) == (None, None)
        assert "no answer" in state.fault
        assert state.age_s is not None
        assert state.age_s > KEPT_MS // 1000
        battery.fail("")
        await bench.watch.look()
        assert (bench.state.fault, bench.state.age_s) == ("", 0)
        assert bench.state.charge_percent is not None

    run(scene)


def test_nothing_was_read_yet() -> None:
    async def scene() -> None:
        state = Bench(drawn()).state
        assert (state.source, state.fault, state.age_s) == ("simulated battery (kernel)", "not read yet", None)

    run(scene)


def test_without_a_board_there_is_nothing_to_do_and_nothing_to_tell() -> None:
    async def scene() -> None:
        bench = Bench(None)
        await bench.watch.run()
        await bench.watch.look()
        assert bench.state == NOTHING
        assert (bench.changes, bench.pauses_s) == (0, [])

    run(scene)


def test_a_machine_without_a_battery_says_so_without_a_fault() -> None:
    async def scene() -> None:
        source = Scripted(PowerReading())
        source.name = ""
        bench = Bench(source)
        await bench.watch.look()
        assert bench.state == NOTHING
        assert bench.changes == 0

    run(scene)


def test_those_who_look_on_are_told_of_what_changed_and_of_nothing_else() -> None:
    async def scene() -> None:
        discharging = PowerReading(7_420, -610, 78, on_mains=False)
        script = [
            (discharging, 1),  # first seen
            (PowerReading(7_380, -900, 78.4, on_mains=False), 0),  # the same percent
            (PowerReading(7_380, -900, 77, on_mains=False), 1),
            (PowerReading(7_900, 900, 77, on_mains=True), 1),
            (PowerReading(7_910, 880, 77, on_mains=True), 0),
            (PowerReading(7_400, -600, 77, on_mains=False), 1),
        ]
        bench = Bench(Scripted(*[reading for reading, _ in script]))
        for reading, times in script:
            before = bench.changes
            await bench.watch.look()
            assert bench.changes - before == times, reading

    run(scene)


def test_those_who_look_on_are_told_of_a_fault_its_end_and_the_loss_of_knowledge() -> None:
    async def scene() -> None:
        battery = drawn(0.001)
        bench = Bench(battery)
        await bench.look_for_s(READ_S)
        assert bench.changes == 1
        battery.fail("no answer")
        await bench.look_for_s(120)
        assert bench.changes == 2
        await bench.look_for_s(KEPT_MS / 1000)
        assert bench.changes == 3
        battery.fail("")
        await bench.look_for_s(READ_S)
        assert bench.changes == 4

    run(scene)


def test_a_board_that_hangs_is_asked_once_and_its_late_word_is_dropped() -> None:
    async def scene() -> None:
        source = Hanging()
        bench = Bench(source, answer_s=0.01)
        await bench.watch.look()
        assert "no answer within 0.01 s" in bench.state.fault
        await bench.watch.look()
        assert (source.begun, bench.state.charge_percent) == (1, None)
        source.gate.set()
        assert await asyncio.to_thread(source.is_back.wait, 5)
        while bench.state.fault:
            await bench.watch.look()
            await asyncio.sleep(0)
        assert bench.state.charge_percent == 50
        assert source.begun >= 2

    run(scene)


def test_it_runs_until_it_is_cancelled() -> None:
    async def scene() -> None:
        bench = Bench(drawn())
        task = asyncio.create_task(bench.watch.run())
        await bench.third_pause.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert bench.pauses_s[:3] == [READ_S] * 3

    run(scene)


def test_a_mistake_of_ours_is_not_taken_for_a_fault_of_the_board() -> None:
    class Mistaken(Scripted):
        def read(self) -> PowerReading:
            raise ZeroDivisionError

    async def scene() -> None:
        with pytest.raises(ZeroDivisionError):
            await Bench(Mistaken()).watch.look()

    run(scene)


def test_the_journal_has_what_changed_once(caplog: pytest.LogCaptureFixture) -> None:
    async def scene() -> None:
        battery = drawn()
        bench = Bench(battery)
        await bench.look_for_s(120)
        battery.mains(on=True)
        await bench.look_for_s(120)
        battery.fail("no answer")
        await bench.look_for_s(120)
        battery.fail("")
        await bench.look_for_s(120)

    with caplog.at_level(logging.INFO):
        run(scene)
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "power: no mains, the station runs on its battery"),
        ("INFO", "power: on mains"),
        ("WARNING", "power: simulated battery (kernel): no answer; charge it"),
        ("INFO", "power: simulated battery (kernel) answers again"),
    ]
