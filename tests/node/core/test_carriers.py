"""A whole town overhears a message and carries it: together its stations send no more often than one would."""

import pytest

from protocol.decode import decode_main
from protocol.frames import Beacon, Message
from protocol.numbers import Address, Kind, Precedence
from tests.support.mesh import Mesh
from tests.support.network import STATIONS, SmallNetwork, small_network
from tests.support.town import another_station

ORIGIN, DEAF, NEWCOMER = 1, 2, 14
CARRIERS = tuple(range(3, 14))
ALONE_TWO_HOURS = 9
"""Tries of one station in two hours that nobody answers: the waits double from 8 s to 30 minutes."""


@pytest.fixture
def town() -> SmallNetwork:
    """Fourteen stations."""
    return small_network(*(another_station(number) for number in range(1, NEWCOMER + 1) if number not in STATIONS))


@pytest.fixture
def mesh(town: SmallNetwork) -> Mesh:
    """All but the newcomer run in one cell since half an hour; one of them is heard, and hears no message."""
    everybody = range(1, NEWCOMER + 1)
    mesh = Mesh(town, links=tuple((a, b) for a in everybody for b in everybody if a < b))

    def deaf(_from: int, to: int, payload: bytes) -> bytes | None:
        return None if to == DEAF and not isinstance(decode_main(payload), Beacon) else payload

    mesh.medium = deaf
    mesh.start(*(number for number in everybody if number != NEWCOMER))
    mesh.run_for(1800)
    return mesh


def copies(mesh: Mesh) -> int:
    """Copies of messages that were sent by others than their origin."""
    return sum(isinstance(decode_main(payload), Message) for number in CARRIERS for payload in mesh.nodes[number].sent)


@pytest.mark.parametrize("precedence", [Precedence.FLASH, Precedence.PRIORITY])
def test_carriers_that_hear_each_other_send_as_often_as_one(mesh: Mesh, precedence: Precedence) -> None:
    mesh.compose(ORIGIN, Address(Kind.STATION, DEAF), precedence=precedence)
    mesh.run_for(7200)
    assert 0 < copies(mesh) <= 4 * ALONE_TWO_HOURS


def test_who_comes_into_reach_changes_nothing_for_what_goes_elsewhere(mesh: Mesh) -> None:
    mesh.compose(ORIGIN, Address(Kind.STATION, DEAF))
    mesh.run_for(1500)
    before = copies(mesh)
    mesh.start(NEWCOMER)
    mesh.run_for(60)
    assert copies(mesh) - before <= 1
