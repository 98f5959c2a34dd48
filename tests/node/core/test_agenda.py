"""Whom a station does not ask has nothing to say: asked or not, the same frames leave and the same is stored."""

from collections.abc import Iterator

import pytest

from node.core.agenda import NEVER, Agenda
from node.core.events import Composed
from node.core.moment import Moment
from node.core.offers import Offer, Rank, Ready
from node.core.records import Rung
from node.core.station import Station
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.numbers import Address, Kind, Precedence
from tests.support.cell import Cell, FailingMesh, Trouble, cell_network, digest

STATIONS = 5
HOURS = 1.5
MESSAGES_PER_H = 20
TROUBLE = Trouble(loss_pct=25, splits_per_h=3, power_cuts_per_h=3, failed_commits_per_1000=20)


class AskingAll(Agenda):
    """Asks every machine at every event."""

    def offers(self, turn: Turn) -> Iterator[Offer]:
        for machine in self._machines:
            yield from machine.offers(turn)

    def next_at(self, at: int) -> int:
        return min((time for one in self._machines if (time := one.next_at(at)) is not None), default=NEVER)


class MeshAskingAll(FailingMesh):
    """Its stations do."""

    @staticmethod
    def make_station(here: Surroundings) -> Station:
        return Station(here, make_agenda=AskingAll)


@pytest.mark.parametrize("seed", range(2))
def test_asking_only_who_is_due_changes_nothing(seed: int) -> None:
    runs = [Cell(STATIONS, seed, TROUBLE, make_mesh=make) for make in (FailingMesh, MeshAskingAll)]
    for run in runs:
        run.run(HOURS, MESSAGES_PER_H)
    asking_the_due, asking_all = (digest(run.mesh) for run in runs)
    assert sum(len(node.sent) for node in runs[0].mesh.nodes.values()) > 100
    assert asking_the_due == asking_all


def test_what_is_due_is_asked_again_after_each_failed_commit() -> None:
    mesh = FailingMesh(cell_network(2), links=((1, 2),))
    mesh.start()
    mesh.run_for(60)
    mesh.happen(1, Composed(1, 0, Address(Kind.STATION, 2), "Send 200 l diesel.", Precedence.PRIORITY))
    while not mesh.nodes[2].store.owed(1):
        mesh.run_for(0.1)
    mesh.fails = lambda: True
    mesh.run_for(400)
    (delivery,) = mesh.nodes[1].store.deliveries(1)
    assert not mesh.nodes[2].store.owed(1)
    assert (delivery.rung, delivery.attempts) == (Rung.UNATTENDED, 1)


class OneFrame:
    """A machine that has something from a time on."""

    def __init__(self, due_at: int) -> None:
        self.due_at = due_at
        self.asked = 0

    def soonest(self) -> int:
        return self.due_at

    def offers(self, turn: Turn) -> Iterator[Offer]:
        self.asked += 1
        if self.due_at <= turn.at:
            yield Offer(Precedence.ROUTINE, Rank.MESSAGE, self.due_at, lambda _turn: Ready(b"", 0))

    def next_at(self, at: int) -> int | None:
        return self.due_at if self.due_at > at else None


def turn_at(at: int) -> Turn:
    return Turn(at, Moment("boot", at, None))


def test_who_is_not_due_is_not_asked() -> None:
    sooner, later, never = OneFrame(10), OneFrame(20), OneFrame(NEVER)
    agenda = Agenda((later, sooner, never))
    assert [offer.due_at for offer in agenda.offers(turn_at(9))] == []
    assert [offer.due_at for offer in agenda.offers(turn_at(10))] == [10]
    assert [offer.due_at for offer in agenda.offers(turn_at(20))] == [20, 10]
    assert (later.asked, sooner.asked, never.asked) == (1, 2, 0)


def test_the_next_look_is_when_the_next_machine_is_due() -> None:
    agenda = Agenda((OneFrame(20), OneFrame(10), OneFrame(NEVER)))
    assert [agenda.next_at(at) for at in (9, 10, 19, 20)] == [10, 20, 20, NEVER]
