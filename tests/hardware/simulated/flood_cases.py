"""What was measured on real firmware, five radios in a chain or in a cell, and the same put to simulated radios.

The recorded firmware ran natively with a recorder between its radios, and both move in steps: over the recordings a
request is on the air 0.35 s after it was made, of which its wait is 0.1 s, and a frame is taken 0.31 s after its end.
Real radios need milliseconds for either, and so do those of a simulation; here they are given the recorder's time.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import mean

from hardware.radio import Delivered, Outgoing, Silent
from hardware.simulated.air import AirFrame, Link
from hardware.simulated.identity import Generation
from tests.hardware.simulated.bare_bench import BareBench

NAMES = "abcde"
SNR_DB = 8.0
REQUEST_S = 0.25
HANDLING_S = 0.3
MESSAGE_S = 90.0
ROW_S = 60.0
"""From one message to the next where they were sent in a row, as those under loss were."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one message on the average; None where nothing was measured, or there is nothing to measure."""

    arrival_s: float | None = None
    """At the far end, where it came."""
    ack_s: float | None = None
    transmissions: float | None = None
    reach_pct: float | None = None
    """Of the receivers; of a direct message the share that came."""
    acked_pct: float | None = None
    given_up_pct: float | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the table."""

    topology: str
    preset: str
    payload_bytes: int
    firmware: Figures
    is_direct: bool = False
    loss: float = 0.0
    measured: int = 10
    """How many messages of the firmware's the figures are of."""
    in_a_row: int = 1
    """Messages over the same radios, which learn."""
    generation: Generation = Generation.V2_7

    @property
    def name(self) -> str:
        what = "direct" if self.is_direct else "broadcast"
        loss = f", {self.loss:.0%} loss" if self.loss else ""
        return f"{self.topology} {self.preset} {self.generation} {what} {self.payload_bytes} B{loss}"


def _broadcasts(
    topology: str, preset: str, arrivals_s: tuple[float, float], transmissions: float | None
) -> Iterator[Case]:
    for size, arrival_s in zip((100, 200), arrivals_s, strict=True):
        yield Case(topology, preset, size, Figures(arrival_s, None, transmissions, 100.0))


CASES = (
    *_broadcasts("chain", "LONG_FAST", (14.7, 17.2), None),
    *_broadcasts("chain", "MEDIUM_FAST", (5.6, 6.8), None),
    *_broadcasts("cell", "LONG_FAST", (1.8, 2.6), 2.5),
    *_broadcasts("cell", "MEDIUM_FAST", (1.0, 1.2), None),
    Case("chain", "LONG_FAST", 100, Figures(14.3, 24.6, 4.0, 100.0, 100.0), is_direct=True),
    Case("chain", "MEDIUM_FAST", 100, Figures(5.8, 11.4, None, 100.0), is_direct=True),
    Case("cell", "LONG_FAST", 100, Figures(2.0, 3.1, None, 100.0), is_direct=True),
    Case("cell", "MEDIUM_FAST", 100, Figures(), is_direct=True),
    Case("chain", "LONG_FAST", 100, Figures(reach_pct=57.5), loss=0.2),
    Case("chain", "LONG_FAST", 200, Figures(), loss=0.2),
    Case("chain", "MEDIUM_FAST", 100, Figures(), loss=0.2),
    Case("cell", "LONG_FAST", 100, Figures(), loss=0.2),
    Case("cell", "MEDIUM_FAST", 100, Figures(), loss=0.2),
    Case(
        "chain",
        "LONG_FAST",
        100,
        Figures(reach_pct=70.0, acked_pct=20.0, given_up_pct=10.0),
        is_direct=True,
        loss=0.2,
        measured=30,
        in_a_row=30,
    ),
    Case("cell", "LONG_FAST", 100, Figures(), is_direct=True, loss=0.2, in_a_row=30),
    Case(
        "chain",
        "LONG_FAST",
        100,
        Figures(transmissions=9.2, reach_pct=100.0, given_up_pct=50.0),
        is_direct=True,
        generation=Generation.V2_8,
    ),
)


def run(case: Case, seeds: Iterable[int], *, handling_s: float = HANDLING_S) -> Figures:
    """Run one case with several chances, and give the means."""
    told = [each for seed in seeds for each in _messages(case, seed, handling_s)]

    def average(values: list[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return mean(known) if known else None

    return Figures(
        arrival_s=average([each.arrival_s for each in told]),
        ack_s=average([each.ack_s for each in told]),
        transmissions=average([each.transmissions for each in told]),
        reach_pct=average([each.reach_pct for each in told]),
        acked_pct=average([each.acked_pct for each in told]),
        given_up_pct=average([each.given_up_pct for each in told]),
    )


def _messages(case: Case, seed: int, handling_s: float) -> Iterator[Figures]:
    link = Link(SNR_DB, case.loss)
    bench = BareBench(
        NAMES,
        preset=case.preset,
        generation=case.generation,
        seed=seed,
        link=link,
        # The recorded build does not sign.
        signs=False,
        handling_s=handling_s,
    )
    if case.topology == "cell":
        for pair in itertools.combinations(NAMES, 2):
            bench.air.set_link(*pair, link)
    for number in range(case.in_a_row):
        yield _message(case, bench, number)


def _message(case: Case, bench: BareBench, number: int) -> Figures:
    began_s = bench.scheduler.now_s() - REQUEST_S
    payload = bytes([number]) * case.payload_bytes
    sent = 0

    def count(_device: str, frame: AirFrame, _airtime_us: int) -> None:
        nonlocal sent
        sent += payload in frame.data

    bench.air.watch(count)
    destination = bench.number("e") if case.is_direct else None
    bench.send("a", Outgoing(number, payload, 3, case.is_direct, destination, 64))
    bench.run(MESSAGE_S if case.in_a_row == 1 else ROW_S)
    arrival_s = bench.hosts["e"].heard_s(payload)
    receivers = "e" if case.is_direct else NAMES[1:]
    reached = mean(bench.hosts[name].heard_s(payload) is not None for name in receivers)
    ends = [(at_s, outcome) for at_s, ticket, outcome in bench.hosts["a"].answers if ticket == number]
    acks_s = [at_s for at_s, outcome in ends if outcome == Delivered()]
    return Figures(
        arrival_s=None if arrival_s is None else arrival_s - began_s,
        ack_s=acks_s[0] - began_s if acks_s else None,
        transmissions=sent,
        reach_pct=100 * reached,
        acked_pct=100.0 * bool(acks_s) if case.is_direct else None,
        given_up_pct=100.0 * any(outcome == Silent() for _, outcome in ends) if case.is_direct else None,
    )
