"""Each fault of a radio, its cable and its programs: what the link does over both ways, hours in moments."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from hardware.from_radio import DropReason
from hardware.liveness import DEAF_S_MAX, QUIET_S, SIGN_OF_LIFE_S_MAX
from hardware.radio import (
    Accepted,
    LossAssumed,
    RadioDown,
    RadioUp,
    Refusal,
    Refused,
    Relayed,
    Silent,
)
from hardware.simulated.faults import Fault, FaultKind
from tests.hardware.fast_loop import SETTLE_S, run_fast
from tests.hardware.troubles import Troubled, fault, troubled

BACK_S_MAX = 60.0
"""From the end of any fault until the link works again."""

FAULT_S = 120.0
DOORS = ["tcp", "serial"]

over_both = pytest.mark.parametrize("door", DOORS)


def tell(folder: Path, door: str, *faults: Fault, story: Callable[[Troubled], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with troubled(folder, door, *faults) as here:
            await story(here)

    run_fast(whole(), SETTLE_S)


def now_s() -> float:
    return asyncio.get_running_loop().time()


async def until_s(moment_s: float) -> None:
    await asyncio.sleep(max(0.0, moment_s - now_s()))


@over_both
@pytest.mark.parametrize("kind", list(FaultKind))
def test_link_works_both_ways_a_minute_after_any_fault(tmp_path: Path, kind: FaultKind, door: str) -> None:
    async def story(here: Troubled) -> None:
        for ticket in range(10):
            await until_s(10.0 + ticket * FAULT_S / 10)
            here.station.send(ticket, b"during", ack=ticket % 2 == 0)
        await until_s(10.0 + FAULT_S)
        assert await here.until_delivered(first_ticket=10) <= 10.0 + FAULT_S + BACK_S_MAX
        await here.hear(b"and heard")
        assert all(here.station.is_ended(ticket) for ticket in range(10))

    tell(tmp_path, door, fault(kind, for_s=FAULT_S), story=story)


@over_both
def test_radio_that_hangs_is_given_up_and_taken_up_again(tmp_path: Path, door: str) -> None:
    async def story(here: Troubled) -> None:
        await until_s(11.0)
        here.station.send(1, b"into the void")
        await here.station.until_outcome(1, Silent())
        await here.station.until_event(RadioDown)
        assert now_s() < 11.0 + QUIET_S + SIGN_OF_LIFE_S_MAX
        assert "fell silent" in here.station.reasons()[0]
        here.station.send(2, b"nobody there")
        await here.station.until_outcome(2, Refused(Refusal.RADIO_ABSENT))
        await here.station.until_event(RadioUp, count=2)
        assert now_s() < 10.0 + FAULT_S + BACK_S_MAX

    tell(tmp_path, door, fault(FaultKind.HANG, for_s=FAULT_S), story=story)


@over_both
def test_radio_that_reads_nothing_more_costs_no_memory_and_is_given_up(tmp_path: Path, door: str) -> None:
    async def story(here: Troubled) -> None:
        await until_s(11.0)
        for ticket in range(40):
            here.station.send(ticket, bytes(200))
        await here.station.until_event(RadioDown)
        assert all(here.station.is_ended(ticket) for ticket in range(40))
        await here.station.until_event(RadioUp, count=2)

    tell(tmp_path, door, fault(FaultKind.STUCK, for_s=FAULT_S), story=story)


@over_both
@pytest.mark.parametrize("kind", [FaultKind.GARBAGE, FaultKind.LOG_TEXT, FaultKind.OVERSIZED, FaultKind.UNKNOWN_FIELDS])
def test_what_stands_between_and_in_the_frames_hides_none(tmp_path: Path, door: str, kind: FaultKind) -> None:
    async def story(here: Troubled) -> None:
        await until_s(11.0)
        for number in range(10):
            await here.hear(b"heard %d" % number)
            here.station.send(number, b"sent", ack=True)
            await here.station.until_outcome(number, Relayed())
        assert here.station.reasons() == []

    # Garbage without a 94: with one, a frame may well be taken for its rest.
    amount = 1 if kind is FaultKind.GARBAGE else None
    tell(tmp_path, door, fault(kind, for_s=600, amount=amount), story=story)


@over_both
def test_settings_with_unknown_fields_and_log_text_in_between_are_read(tmp_path: Path, door: str) -> None:
    async def story(here: Troubled) -> None:
        await here.station.until_event(RadioUp, count=2)
        await here.hear(b"heard")

    kinds = (FaultKind.UNKNOWN_FIELDS, FaultKind.LOG_TEXT, FaultKind.OVERSIZED)
    faults = [fault(kind, for_s=600) for kind in kinds]
    tell(tmp_path, door, *faults, fault(FaultKind.REPLUG, at_s=20, for_s=3), story=story)


@over_both
def test_cut_frames_are_counted_and_those_after_them_read(tmp_path: Path, door: str) -> None:
    async def story(here: Troubled) -> None:
        await until_s(11.0)
        here.station.send(1, b"its report is cut", ack=True)
        await until_s(40.0)
        await here.hear(b"whole again")
        await here.station.until_outcome(1, Silent())
        counts = here.station.link.drops
        assert counts.get(DropReason.CUT, 0) + counts.get(DropReason.UNDECODABLE, 0) > 0
        assert here.station.reasons() == []

    tell(tmp_path, door, fault(FaultKind.CUT, for_s=12), story=story)


@over_both
@pytest.mark.parametrize("bytes_a_second", [960, 200])
def test_slow_radio_comes_up_since_the_deadline_moves_with_progress(
    tmp_path: Path, door: str, bytes_a_second: int
) -> None:
    async def story(here: Troubled) -> None:
        await here.station.until_event(RadioUp, count=2)
        assert now_s() - 23 > 800 / bytes_a_second
        assert not any("settings" in reason or "answer" in reason for reason in here.station.reasons())
        here.station.send(1, b"slowly", ack=True)
        await here.station.until_outcome(1, Relayed())

    slow = fault(FaultKind.SLOW, for_s=600, amount=bytes_a_second)
    tell(tmp_path, door, slow, fault(FaultKind.REPLUG, at_s=20, for_s=3), story=story)


@over_both
def test_late_answers_are_waited_for(tmp_path: Path, door: str) -> None:
    async def story(here: Troubled) -> None:
        await here.station.until_event(RadioUp, count=2)
        here.station.send(1, b"patience", ack=True)
        await here.station.until_outcome(1, Relayed())
        assert here.station.outcomes(1) == [Accepted(), Relayed()]
        assert not [reason for reason in here.station.reasons() if "settings" in reason or "not answer" in reason]

    late = fault(FaultKind.LATE, for_s=600, amount=4)
    tell(tmp_path, door, late, fault(FaultKind.REPLUG, at_s=20, for_s=3), story=story)


def test_radio_that_restarts_behind_its_terminal_is_set_up_anew_without_losing_what_waits(tmp_path: Path) -> None:
    async def story(here: Troubled) -> None:
        before = (tmp_path / "near.tty").readlink()
        await until_s(14.9)
        for ticket in range(3):
            here.station.send(ticket, b"waits", ack=True)
        await here.station.until_event(RadioUp, count=2)
        for ticket in range(1, 3):
            await here.station.until_outcome(ticket, Relayed())
        assert here.station.outcomes(0) == [Silent()], "this one was in the radio"
        assert here.station.reasons() == []
        assert (tmp_path / "near.tty").readlink() == before
        assert here.station.link.health().restarts == 1
        assert any(isinstance(event, LossAssumed) for event in here.station.events)

    tell(tmp_path, "serial", fault(FaultKind.REBOOT, for_s=6), story=story)


def test_restart_whose_word_is_lost_is_noticed_by_what_the_radio_does_not_hand_on(tmp_path: Path) -> None:
    async def story(here: Troubled) -> None:
        # Its own figures of the minute are the first packet.
        await until_s(200.0 + 20.0 + DEAF_S_MAX)
        await here.hear(b"heard again")
        assert here.station.reasons() == []
        assert any(isinstance(event, LossAssumed) for event in here.station.events)

    hidden = fault(FaultKind.HANG, at_s=205, for_s=2)
    tell(tmp_path, "serial", fault(FaultKind.REBOOT, at_s=200, for_s=6), hidden, story=story)


def test_restart_behind_a_network_ends_the_connection_and_is_counted_by_the_uptime(tmp_path: Path) -> None:
    async def story(here: Troubled) -> None:
        await until_s(90.0)
        await here.station.until_event(RadioUp, count=2)
        assert "one program at a time" in here.station.reasons()[0]
        await until_s(200.0)
        health = here.station.link.health()
        assert (health.restarts, health.reconnections) == (1, 1)

    tell(tmp_path, "tcp", fault(FaultKind.REBOOT, at_s=80, for_s=6), story=story)


@over_both
def test_power_cut_ends_what_was_inside_and_loss_is_assumed(tmp_path: Path, door: str) -> None:
    async def story(here: Troubled) -> None:
        await until_s(9.9)
        for ticket in range(4):
            here.station.send(ticket, bytes(231))
        await here.station.until_event(RadioUp, count=2)
        await here.station.until_event(LossAssumed)
        assert here.station.outcomes(3) == [Accepted(), Silent()], "it had no time to leave"
        (loss,) = (event for event in here.station.events if isinstance(event, LossAssumed))
        assert 20 <= loss.away_s <= 20 + BACK_S_MAX
        assert all(here.station.is_ended(ticket) for ticket in range(4))

    tell(tmp_path, door, fault(FaultKind.POWER, for_s=20), story=story)


def test_radio_plugged_in_again_is_taken_up_under_its_name_within_seconds_however_long_it_was_gone(
    tmp_path: Path,
) -> None:
    async def story(here: Troubled) -> None:
        before = (tmp_path / "near.tty").readlink()
        # Held, so that the system gives the device another number when it comes back.
        held = os.open(before, os.O_RDWR | os.O_NOCTTY)
        await here.station.until_event(RadioDown)
        assert now_s() < 10.1, "a pulled cable is told at once"
        assert f"no serial port {tmp_path}/near.tty" in await reason(here, 2)
        await here.station.until_event(RadioUp, count=2)
        assert now_s() < 10.0 + 3600 + 3
        assert (tmp_path / "near.tty").readlink() != before
        os.close(held)

    async def reason(here: Troubled, number: int) -> str:
        await here.station.until_event(RadioDown, count=number)
        return here.station.reasons()[number - 1]

    tell(tmp_path, "serial", fault(FaultKind.REPLUG, for_s=3600), story=story)


@over_both
def test_dropped_client_comes_back(tmp_path: Path, door: str) -> None:
    async def story(here: Troubled) -> None:
        await until_s(10.0 + DEAF_S_MAX + BACK_S_MAX)
        await here.hear(b"heard again")

    tell(tmp_path, door, fault(FaultKind.DROP), story=story)


def test_program_that_takes_the_radio_again_and_again_is_named_and_not_fought(tmp_path: Path) -> None:
    async def story(here: Troubled) -> None:
        await until_s(10.0 + 1800)
        assert "one program at a time" in here.station.reasons()[0]
        assert sum(isinstance(event, RadioUp) for event in here.station.events) < 1800 / 15 + 10
        await until_s(10.0 + 1800 + BACK_S_MAX)
        await here.hear(b"ours again")

    tell(tmp_path, "tcp", fault(FaultKind.THIEF, for_s=1800, amount=1), story=story)


@over_both
def test_lost_queue_reports_end_in_silence_or_in_the_ack(tmp_path: Path, door: str) -> None:
    async def story(here: Troubled) -> None:
        await until_s(11.0)
        here.station.send(1, b"no report")
        await here.station.until_outcome(1, Silent())
        here.station.send(2, b"no report, but an ack", ack=True)
        await here.station.until_outcome(2, Relayed())
        assert here.station.outcomes(2) == [Relayed()]

    tell(tmp_path, door, fault(FaultKind.REPORTS_LOST, for_s=20), story=story)


@over_both
@pytest.mark.parametrize(
    ("trouble", "outcomes"),
    [
        (fault(FaultKind.QUEUE_FULL, for_s=60), [Refused(Refusal.QUEUE_FULL)]),
        (fault(FaultKind.DUTY_CYCLE, for_s=60, amount=12), [Refused(Refusal.DUTY_CYCLE, 720)]),
        (fault(FaultKind.REFUSAL, for_s=60, amount=38), [Accepted(), Refused(Refusal.RATE_LIMIT)]),
        (fault(FaultKind.REFUSAL, for_s=60, amount=5), [Accepted(), Silent()]),
        (fault(FaultKind.REFUSAL, for_s=60, amount=33), [Accepted(), Refused(Refusal.NOT_POSSIBLE)]),
    ],
)
def test_refusal_of_the_radio_has_its_reason_and_is_counted(
    tmp_path: Path, door: str, trouble: Fault, outcomes: list[object]
) -> None:
    async def story(here: Troubled) -> None:
        await until_s(11.0)
        here.station.send(1, b"refused", ack=True)
        await here.station.until_outcome(1, outcomes[-1])
        assert here.station.outcomes(1) == outcomes
        last = outcomes[-1]
        expected = {last.reason: 1} if isinstance(last, Refused) else {}
        assert here.station.link.health().refusals == expected

    tell(tmp_path, door, trouble, story=story)


@over_both
@pytest.mark.parametrize("kind", [FaultKind.WRONG_NONCE, FaultKind.NO_COMPLETE])
def test_settings_that_never_end_are_given_up_and_asked_for_again(tmp_path: Path, door: str, kind: FaultKind) -> None:
    async def story(here: Troubled) -> None:
        await until_s(10.0 + FAULT_S)
        assert any("does not come to the end of its settings" in reason for reason in here.station.reasons())
        await here.station.until_event(RadioUp, count=2)
        assert now_s() < 10.0 + FAULT_S + BACK_S_MAX

    tell(tmp_path, door, fault(kind, for_s=FAULT_S), fault(FaultKind.REPLUG, at_s=20, for_s=3), story=story)
