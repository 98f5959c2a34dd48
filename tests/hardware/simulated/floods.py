"""Print the simulated air beside real firmware and beside Meshtasticator: `python -m tests.hardware.simulated.floods`.

`--seeds N` sets how many chances are drawn for each line. Ends with 1 when a figure is out of its bound.
"""

import argparse
import sys
from dataclasses import dataclass
from math import sqrt
from statistics import mean

from tests.hardware.simulated.flood_cases import CASES, Case, Figures, run
from tests.hardware.simulated.meshtasticator import PUBLISHED, reach_pct

TIME_SHARE = 0.25
"""How far a time may be from the firmware's."""
TRANSMISSIONS_SHARE = 0.15
REACH_POINTS = 10.0
ENDS_DEVIATIONS = 2.0
"""How often messages were acked or given up is known of ten or thirty only, so within the spread of as many draws."""
PUBLISHED_POINTS = 7.0
SEEDS = 100


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of both."""

    measured: float | None
    ours: float | None
    bound: float

    @property
    def is_within(self) -> bool:
        if self.measured is None:
            return True
        return self.ours is not None and abs(self.ours - self.measured) <= self.bound

    def __str__(self) -> str:
        if self.measured is None:
            return "" if self.ours is None else f"- / {self.ours:.1f}"
        ours = "none" if self.ours is None else f"{self.ours:.1f}"
        return f"{self.measured:.1f} / {ours}" + ("" if self.is_within else " !")


def compare(case: Case, ours: Figures) -> tuple[Compared, ...]:
    """Put the firmware's figures and ours side by side, each with how far apart they may be."""
    theirs = case.firmware

    def share(measured: float | None, found: float | None, bound: float) -> Compared:
        return Compared(measured, found, bound * (measured or 0.0))

    def spread(measured: float | None) -> float:
        part = (measured or 0.0) / 100
        return max(REACH_POINTS, 100 * ENDS_DEVIATIONS * sqrt(part * (1 - part) / case.measured))

    return (
        share(theirs.arrival_s, ours.arrival_s, TIME_SHARE),
        share(theirs.ack_s, ours.ack_s, TIME_SHARE),
        share(theirs.transmissions, ours.transmissions, TRANSMISSIONS_SHARE),
        Compared(theirs.reach_pct, ours.reach_pct, REACH_POINTS),
        Compared(theirs.acked_pct, ours.acked_pct, spread(theirs.acked_pct)),
        Compared(theirs.given_up_pct, ours.given_up_pct, spread(theirs.given_up_pct)),
    )


def compare_published(nodes: int, hop_limit: int, seeds: int) -> Compared:
    """Put our floods with Meshtasticator's constants beside what it published."""
    ours = mean(reach_pct(nodes, hop_limit, seed) for seed in range(seeds))
    return Compared(PUBLISHED[nodes, hop_limit], ours, PUBLISHED_POINTS)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    seeds = parser.parse_args().seeds
    heads = ("arrival s", "ack s", "transmissions", "reach %", "acked %", "given up %")
    sys.stdout.write(f"{'firmware / ours':50}" + "".join(f"{head:>15}" for head in heads) + "\n")
    are_within = True
    for case in CASES:
        compared = compare(case, run(case, range(max(1, seeds // case.in_a_row))))
        are_within &= all(each.is_within for each in compared)
        sys.stdout.write(f"{case.name:50}" + "".join(f"{each!s:>15}" for each in compared) + "\n")
        sys.stdout.flush()
    for nodes, hop_limit in PUBLISHED:
        each = compare_published(nodes, hop_limit, max(1, seeds // 3))
        are_within &= each.is_within
        sys.stdout.write(f"{f'Meshtasticator, {nodes} nodes, hop limit {hop_limit}':50}{'':45}{each!s:>15}\n")
        sys.stdout.flush()
    sys.stdout.write("all within the bounds\n" if are_within else "! is out of its bound\n")
    return 0 if are_within else 1


if __name__ == "__main__":
    raise SystemExit(main())
