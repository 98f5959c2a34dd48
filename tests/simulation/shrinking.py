"""A run that fails is cut down to what still fails: fewer hours, fewer kinds of trouble."""

from collections.abc import Callable
from dataclasses import replace

from node.simulation.reduction import Reduction, present_parts
from node.simulation.scenario import Scenario

TRIES_MAX = 40
"""Runs that shrinking may take."""


def shrunk(scenario: Scenario, fails: Callable[[Scenario], bool]) -> Reduction:
    """Return the smallest reduction found under which the run still fails."""
    reduction, tries = Reduction(), 0

    def still_fails(candidate: Reduction) -> bool:
        nonlocal tries
        tries += 1
        return tries <= TRIES_MAX and fails(candidate.of(scenario))

    for part in present_parts(scenario):
        candidate = replace(reduction, without=(*reduction.without, part))
        if still_fails(candidate):
            reduction = candidate
    hours = scenario.duration_s / 3600
    quiet = scenario.traffic.quiet_s / 3600
    least = quiet
    while hours - least > 0.25 and tries < TRIES_MAX:
        middle = round((least + hours) / 2, 2)
        candidate = replace(reduction, hours=middle)
        if still_fails(candidate):
            reduction, hours = candidate, middle
        else:
            least = middle
    return reduction
