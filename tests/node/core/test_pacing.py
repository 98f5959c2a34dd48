"""Pacing: who goes first, how much of the air each may use, and how a try that fails comes back."""

from dataclasses import replace
from itertools import pairwise

import pytest

from node.core.air_ledger import AirLedger
from node.core.events import AirMeasured
from node.core.policy import RADIO_FRAMES_MAX, Policy
from node.core.records import Delivery, Rung
from node.store.memory import MemoryStore
from protocol.decode import decode
from protocol.frames import Message
from protocol.numbers import Address, Kind, Precedence
from tests.support.mesh import Mesh, airtime_ms
from tests.support.network import CARE, STAFF, SmallNetwork

TO_STAFF = Address(Kind.STATION, STAFF)
HOUR_MS = 3_600_000
AT = 1000 * HOUR_MS
EVERY_PRECEDENCE = (Precedence.FLASH, Precedence.IMMEDIATE, Precedence.PRIORITY, Precedence.ROUTINE)


@pytest.fixture
def mesh(network: SmallNetwork) -> Mesh:
    """A care home that hears the staff, and whom nobody hears."""
    mesh = Mesh(network, links=((CARE, STAFF),))
    mesh.start()
    mesh.run_for(90)
    mesh.medium = lambda sender, _to, payload: None if sender == CARE else payload
    return mesh


def left(mesh: Mesh) -> list[tuple[int, Precedence]]:
    """When its messages left, and what they were."""
    node = mesh.nodes[CARE]
    frames = zip(node.sent_at, map(decode, node.sent), strict=True)
    return [(at_ms, frame.precedence) for at_ms, frame in frames if isinstance(frame, Message)]


def row(mesh: Mesh, item_id: int) -> Delivery:
    found = mesh.nodes[CARE].store.delivery(item_id, STAFF)
    assert found is not None
    return found


# The radio's few places


def test_flash_leaves_at_once_while_the_radio_holds_others_of_ours(mesh: Mesh) -> None:
    for precedence in (Precedence.ROUTINE, Precedence.ROUTINE, Precedence.IMMEDIATE, Precedence.IMMEDIATE):
        mesh.compose(CARE, TO_STAFF, precedence=precedence)
    written_ms = mesh.now_ms
    assert [precedence for _, precedence in left(mesh)] == [Precedence.ROUTINE, Precedence.IMMEDIATE]
    mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH)
    assert left(mesh)[-1] == (written_ms, Precedence.FLASH)


def test_no_more_frames_are_inside_the_radio_than_its_places(mesh: Mesh) -> None:
    before = len(mesh.nodes[CARE].sent)
    for _ in range(3):
        for precedence in EVERY_PRECEDENCE:
            mesh.compose(CARE, TO_STAFF, precedence=precedence)
    assert len(mesh.nodes[CARE].sent) == before + RADIO_FRAMES_MAX


# Shares of the hour


@pytest.mark.parametrize(
    ("used_bp", "permitted"),
    [
        (0, EVERY_PRECEDENCE),
        (499, EVERY_PRECEDENCE),
        (500, (Precedence.FLASH, Precedence.IMMEDIATE)),
        (899, (Precedence.FLASH, Precedence.IMMEDIATE)),
        (900, ()),
    ],
)
def test_bulk_ends_at_5_percent_of_the_hour_and_all_at_9(used_bp: int, permitted: tuple[Precedence, ...]) -> None:
    ledger = AirLedger(MemoryStore(), Policy())
    ledger.spend(used_bp * HOUR_MS // 10_000, AT)
    assert tuple(one for one in EVERY_PRECEDENCE if ledger.permits(one, AT)) == permitted


@pytest.mark.parametrize("relays_a_minute", [0, 3, 6, 12])
def test_a_burst_of_flash_never_takes_more_than_the_law_in_any_hour(relays_a_minute: int) -> None:
    """Full frames of LONG_FAST as fast as they go, for three hours. The radio relays as many as it may, drops what is
    above its hour (RADIOS.md), and tells of it once a minute.
    """
    ledger, sent_ms = AirLedger(MemoryStore(), Policy()), [0] * 180
    frame_ms, law_ms = 1_900, HOUR_MS // 10
    for minute in range(180):
        at = AT + minute * 60_000
        for second in range(0, 60, 5):
            if ledger.permits(Precedence.FLASH, at + second * 1000):
                ledger.spend(frame_ms, at + second * 1000)
                sent_ms[minute] += frame_ms
            is_within_law = sum(sent_ms[max(0, minute - 59) :]) <= law_ms
            if second // 5 < relays_a_minute and is_within_law:
                sent_ms[minute] += frame_ms
        hour_ms = sum(sent_ms[max(0, minute - 59) :])
        ledger.measured(AirMeasured(0, hour_ms * 10_000 // HOUR_MS, 60 * minute + 59), at + 59_000)
    hours_ms = [sum(sent_ms[first : first + 60]) for first in range(121)]
    assert law_ms * 0.85 < max(hours_ms) < law_ms + frame_ms


def test_a_busy_channel_holds_back_what_can_wait_and_nothing_urgent() -> None:
    ledger = AirLedger(MemoryStore(), Policy())
    ledger.measured(AirMeasured(2_500, 0), AT)
    assert [one for one in EVERY_PRECEDENCE if ledger.permits(one, AT)] == [Precedence.FLASH, Precedence.IMMEDIATE]


# Tries


def test_waits_double_and_spread_by_more_than_an_airtime(mesh: Mesh) -> None:
    item = mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH)
    mesh.run_for(1800)
    times = [at_ms for at_ms, _ in left(mesh)]
    waits = [after - before for before, after in pairwise(times)]
    first_ms = Policy().answer_wait_ms + 8 * airtime_ms(len(item.sealed))
    assert first_ms // 4 > airtime_ms(len(item.sealed))
    doubled = [wait for wait in waits if wait >= first_ms]
    assert len(doubled) > 3
    assert waits[-1] > 4 * first_ms


def test_attempts_and_times_are_as_before_after_a_restart(mesh: Mesh) -> None:
    item = mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH)
    mesh.run_for(200)
    before = row(mesh, item.id)
    assert before.attempts > 1
    sent = len(left(mesh))
    mesh.cut_power(CARE)
    mesh.unlink(CARE, STAFF)
    mesh.start(CARE)
    mesh.run_for(5)
    assert row(mesh, item.id) == replace(before, rung=row(mesh, item.id).rung)
    assert row(mesh, item.id).rung < Rung.REPORTED
    assert len(left(mesh)) == sent
