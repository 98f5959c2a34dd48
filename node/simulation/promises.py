"""What is promised of a busy network, measured: how fast FLASH is, what hints cost, how a revocation spreads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from node.core.records import ItemKind
from node.simulation.airtime_hours import heard
from node.simulation.annals import Annals, Minutes
from node.simulation.figures import Times, times_of
from node.simulation.invariants import Ledger
from node.simulation.landscape import radio_name
from node.simulation.meetings import Meetings
from node.simulation.spans import common
from protocol.numbers import Precedence

HOPS_MAX: Final = 4
"""Transmissions on a FLASH's way: as far as the hop limit of 3 goes."""
_HOUR_S: Final = 3_600.0
SOON_S: Final = 180.0
LATEST_S: Final = 900.0


@dataclass(frozen=True, slots=True)
class Spread:
    """Of one revocation."""

    at_s: float
    """When the first station had it."""
    reachable: int
    """Other stations that radios led to then, and that ran for the next quarter of an hour."""
    soon: int
    """Of these, who had it after three minutes."""
    late: int
    """After fifteen."""


@dataclass(frozen=True, slots=True)
class Promises:
    """Of one run."""

    flash: dict[str, Times]
    """From commit to commit, by the transmissions on the shortest way at that time, and together up to `HOPS_MAX`."""
    flash_an_hour_most: int
    """Written in any hour."""
    hints_pct: float
    """Beacons and inventories, relays included, of the channel that a station hears: the mean over stations."""
    hints_pct_most: float
    """Of the station that hears most of them."""
    revocations: tuple[Spread, ...]


def promises(ledger: Ledger, annals: Annals, met: Meetings) -> Promises:
    """Work them out at the end of a run."""
    shares = _hint_shares(annals, met)
    return Promises(
        flash=_flash(ledger, met),
        flash_an_hour_most=_most_in_an_hour(
            ledger.accepted_s[item.fingerprint]
            for _, item in ledger.accepted
            if item.kind is ItemKind.MESSAGE and item.precedence is Precedence.FLASH
        ),
        hints_pct=round(sum(shares) / len(shares), 2) if shares else 0.0,
        hints_pct_most=round(max(shares, default=0.0), 2),
        revocations=tuple(_spread(known, met) for _, known in sorted(annals.learned.items())),
    )


def _flash(ledger: Ledger, met: Meetings) -> dict[str, Times]:
    took_s: dict[str, list[float]] = {}
    for station, item, at_s in ledger.arrived:
        written_s = ledger.accepted_s.get(item.fingerprint)
        if item.kind is not ItemKind.MESSAGE or item.precedence is not Precedence.FLASH or written_s is None:
            continue
        hops = met.radio_hops(item.issuer, written_s).get(station)
        if hops is not None and hops <= HOPS_MAX:
            for name in (str(hops), "all"):
                took_s.setdefault(name, []).append(at_s - written_s)
    return {name: times_of(several) for name, several in sorted(took_s.items())}


def _most_in_an_hour(at_s: Iterable[float]) -> int:
    times = sorted(at_s)
    return max((sum(begin <= each < begin + _HOUR_S for each in times) for begin in times), default=0)


def _hint_shares(annals: Annals, met: Meetings) -> list[float]:
    """Of each station, in percent of the time that its radio was on."""
    hints: Mapping[int, Minutes] = {number: annals.hints_us.get(radio_name(number), {}) for number in met.radios}
    shares: list[float] = []
    for number, on in met.radios.items():
        near = {pair: common(spans, on) for pair, spans in met.links.items() if number in pair}
        on_s = sum(end_s - begin_s for begin_s, end_s in on)
        if on_s > 0:
            shares.append(100 * sum(heard(number, hints, near).values()) / 1e6 / on_s)
    return shares


def _spread(known_s: Mapping[int, float], met: Meetings) -> Spread:
    first = min(known_s, key=lambda number: (known_s[number], number))
    at_s = known_s[first]
    while_s = ((at_s, at_s + LATEST_S),)
    reachable = [
        number
        for number in met.radio_hops(first, at_s)
        if number != first and common(met.running[number], while_s) == while_s
    ]

    def within(wait_s: float) -> int:
        return sum(known_s.get(number, float("inf")) <= at_s + wait_s for number in reachable)

    return Spread(round(at_s, 1), len(reachable), within(SOON_S), within(LATEST_S))
