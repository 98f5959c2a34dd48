"""What the core takes for an event, by its kind: a cell of twelve, 30 messages an hour, 20 % of the frames lost.

The time is that of deciding and of the commit in memory. Checking signatures, which a simulation does once for all
stations of a run, is counted apart.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from time import thread_time_ns

import pytest

from node.core.effects import Effect, SendFrame
from node.core.events import Event, FrameHeard, Woke
from node.simulation.verification import MemoisedSignatures
from protocol.decode import decode
from tests.bench.extent import IS_FULL
from tests.support.cell import Cell, FailingMesh, Trouble
from tests.support.network import SmallNetwork

STATIONS = 12
MESSAGES_PER_H = 30
HOURS = 6.0 if IS_FULL else 0.25
EVENT_US_MAX = 1000
"""On the mean: many times what it takes, so that only a change of order is noticed on a machine with much to do."""


class TimedMesh(FailingMesh):
    """Takes the time of every event handled."""

    def __init__(self, network: SmallNetwork, *, links: tuple[tuple[int, int], ...]) -> None:
        self.remembered = MemoisedSignatures()
        super().__init__(network, links=links, signatures=self.remembered)
        self.spent_ns: Counter[str] = Counter()
        self.times: Counter[str] = Counter()

    def happen(self, number: int, event: Event) -> list[Effect]:
        node = self.nodes[number]
        if node.station is None:
            return []
        checked_ns = self.remembered.checking_ns
        began_ns = thread_time_ns()
        effects = node.station.handle(event, self.moment(node))
        node.store.commit()
        spent_ns = thread_time_ns() - began_ns - (self.remembered.checking_ns - checked_ns)
        kind = kind_of(event, effects)
        self.spent_ns[kind] += spent_ns
        self.times[kind] += 1
        self.act_on(node, effects)
        return effects


def kind_of(event: Event, effects: Iterable[Effect]) -> str:
    """What the table calls it."""
    sends = any(isinstance(effect, SendFrame) for effect in effects)
    match event:
        case FrameHeard():
            return f"{type(decode(event.payload)).__name__.lower()} heard{', something sent' if sends else ''}"
        case Woke():
            return "woke, something sent" if sends else "woke for nothing"
        case _:
            return type(event).__name__.lower()


@pytest.mark.bench
def test_an_event_is_handled_fast_enough_to_simulate_networks(capsys: pytest.CaptureFixture[str]) -> None:
    made: list[TimedMesh] = []

    def make(network: SmallNetwork, *, links: tuple[tuple[int, int], ...]) -> TimedMesh:
        made.append(TimedMesh(network, links=links))
        return made[-1]

    Cell(STATIONS, 1, Trouble(loss_pct=20), make_mesh=make).run(HOURS, MESSAGES_PER_H)
    (mesh,) = made
    with capsys.disabled():
        sys.stdout.write("\n" + table(mesh))
    assert sum(mesh.spent_ns.values()) < EVENT_US_MAX * 1000 * sum(mesh.times.values())


def table(mesh: TimedMesh) -> str:
    """Microseconds by kind of event, and what that makes in all."""
    spent_ns, times = sum(mesh.spent_ns.values()), sum(mesh.times.values())
    checking_ns, checked = mesh.remembered.checking_ns, mesh.remembered.checked
    all_ns = spent_ns + checking_ns
    rows = [f"{STATIONS} stations, {HOURS:g} h: {times} events, {spent_ns / times / 1000:.0f} us each"]
    for kind, ns in mesh.spent_ns.most_common():
        share = 100 * ns / spent_ns
        rows.append(f"  {kind:32} {mesh.times[kind]:7} {ns / mesh.times[kind] / 1000:8.1f} us {share:5.1f} %")
    rows.append(
        f"  signatures asked about {mesh.remembered.asked}, checked {checked}: {checking_ns / all_ns:.1%} of the time"
    )
    rows.append(f"  {1e9 * times / all_ns:.0f} events/s, {HOURS * 3.6e12 / all_ns:.0f} x real time")
    return "\n".join(rows) + "\n"
