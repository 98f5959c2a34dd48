"""A scenario with less in it: what a run that fails is cut down to, and what people leave out by hand."""

from dataclasses import dataclass, replace
from typing import Final

from node.simulation.scenario import FaultKind, FaultRates, HostileKind, Scenario

WHOLE_PARTS: Final = ("barriers", "mains_cuts", "couriers", "journeys", "strangers")
"""What can be left out as a whole, besides each kind of fault and of hostile radios."""
PARTS: Final = (*(kind.value for kind in FaultKind), *(kind.value for kind in HostileKind), *WHOLE_PARTS)
QUIET_SHARE_MAX: Final = 0.25
"""Of a shortened run, so that somebody writes something in it."""


@dataclass(frozen=True, slots=True)
class Reduction:
    """What is left out."""

    hours: float | None = None
    """End so early."""
    without: tuple[str, ...] = ()
    """Of `PARTS`."""

    def of(self, scenario: Scenario) -> Scenario:
        """The scenario without it."""
        rates = scenario.faults
        kept = tuple((kind, rate) for kind, rate in rates.per_day if kind.value not in self.without)
        reduced = replace(scenario, faults=FaultRates(kept, rates.outage_s))
        if self.hours is not None:
            end_s = min(scenario.duration_s, self.hours * 3600)
            quiet_s = min(scenario.traffic.quiet_s, end_s * QUIET_SHARE_MAX)
            reduced = replace(reduced, duration_s=end_s, traffic=replace(scenario.traffic, quiet_s=quiet_s))
        return replace(
            reduced,
            barriers=() if "barriers" in self.without else scenario.barriers,
            mains_cuts=() if "mains_cuts" in self.without else scenario.mains_cuts,
            couriers=() if "couriers" in self.without else scenario.couriers,
            journeys=() if "journeys" in self.without else scenario.journeys,
            strangers=() if "strangers" in self.without else scenario.strangers,
            hostiles=tuple(plan for plan in scenario.hostiles if plan.kind.value not in self.without),
        )

    def options(self) -> str:
        """The same for `bavn drill rehearse`."""
        hours = [] if self.hours is None else [f"--hours {self.hours:g}"]
        return " ".join([*hours, *(f"--without {part}" for part in self.without)])


def present_parts(scenario: Scenario) -> tuple[str, ...]:
    """What of `PARTS` a scenario has."""
    kinds = [kind.value for kind, rate in scenario.faults.per_day if rate > 0]
    kinds += [kind.value for kind in HostileKind if any(plan.kind is kind for plan in scenario.hostiles)]
    wholes = {
        "barriers": scenario.barriers,
        "mains_cuts": scenario.mains_cuts,
        "couriers": scenario.couriers,
        "journeys": scenario.journeys,
        "strangers": scenario.strangers,
    }
    return (*kinds, *(name for name in WHOLE_PARTS if wholes[name]))
