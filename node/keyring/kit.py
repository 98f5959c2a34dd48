"""A whole small network from a plan, by the same steps as a person takes with the commands."""

import os
from dataclasses import dataclass
from pathlib import Path

from node.keyring.enrolment import Enrolment
from node.keyring.registrar import Registrar
from node.keyring.wrapping import USUAL_COST, Cost, Entropy
from protocol.statements import ROOT, Right

ALL_RIGHTS = Right(sum(Right)) & ~Right.EMERGENCY
"""For a plan in which everybody may do everything; what marks a break-glass key is no right of a person."""


@dataclass(frozen=True, slots=True)
class PlannedAuthority:
    """Who certifies."""

    number: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class PlannedStation:
    """A station of an authority."""

    authority: int
    number: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class PlannedOperator:
    """A person of an authority."""

    authority: int
    number: int
    initials: str
    name: str
    home: int
    rights: Right = ALL_RIGHTS


@dataclass(frozen=True, slots=True)
class PlannedFunction:
    """A function of an authority."""

    authority: int
    number: int
    code: str
    name: str
    homes: tuple[int, ...]
    """The preferred station first."""


@dataclass(frozen=True, slots=True)
class NetworkPlan:
    """Everybody in a network."""

    name: str
    authorities: tuple[PlannedAuthority, ...]
    stations: tuple[PlannedStation, ...]
    operators: tuple[PlannedOperator, ...] = ()
    functions: tuple[PlannedFunction, ...] = ()


def build_network(
    directory: Path, plan: NetworkPlan, passphrase: str, entropy: Entropy = os.urandom, cost: Cost = USUAL_COST
) -> Enrolment:
    """Make all keys and certificates of a plan; takes about a second.

    Args:
        directory: missing or empty.
        plan: of the network.
        passphrase: of every wrapped key in it, so for tests and demonstrations only.
        entropy: draws the keys.
        cost: of a guess at the passphrase.

    Raises:
        KeyringError: the plan contradicts itself.
        OSError: the disk did not take it.
    """
    network = Enrolment(directory, entropy, cost)
    network.create(plan.name, passphrase)
    sitting = network.sitting()
    sitting.open(ROOT, passphrase)
    registrar = Registrar(sitting)
    for one in plan.authorities:
        registrar.add_authority(one.number, one.code, one.name, passphrase)
    for station in plan.stations:
        registrar.add_station(station.authority, station.number, station.code, station.name)
    for person in plan.operators:
        named = (person.number, person.initials, person.name, person.home, person.rights)
        registrar.add_operator(person.authority, *named, passphrase)
    for function in plan.functions:
        registrar.add_function(function.authority, function.number, function.code, function.name, function.homes)
    sitting.store()
    return network
