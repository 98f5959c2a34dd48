"""A small network on disk, made by the same steps as a person takes; make it once and copy it."""

import random
from pathlib import Path

from node.keyring.enrolment import Enrolment
from node.keyring.kit import (
    NetworkPlan,
    PlannedAuthority,
    PlannedFunction,
    PlannedOperator,
    PlannedStation,
    build_network,
)
from tests.support.station_files import CHEAP

PASSPHRASE = "rødgrød med fløde"
CARE, RELAY, STAFF = 1, 2, 3
MLA, KHJ = 1, 2
CRISIS_STAFF = 1
PLAN = NetworkPlan(
    name="Assens beredskab",
    authorities=(PlannedAuthority(1, "ASK", "Assens Kommune"), PlannedAuthority(2, "BRF", "Brand Fyn")),
    stations=(
        PlannedStation(1, CARE, "PLH", "Plejehjemmet Havblik"),
        PlannedStation(2, RELAY, "BRD", "Brandstation Nord"),
        PlannedStation(1, STAFF, "ODK", "Krisestaben"),
    ),
    operators=(
        PlannedOperator(1, MLA, "MLA", "Mette Larsen", CARE),
        PlannedOperator(1, KHJ, "KHJ", "Karl Hjort", STAFF),
    ),
    functions=(PlannedFunction(1, CRISIS_STAFF, "KRISE", "Krisestab", (STAFF,)),),
)


def enrol(directory: Path, plan: NetworkPlan = PLAN, seed: int = 1) -> Enrolment:
    """Build a plan with keys that a seed gives again."""
    return build_network(directory, plan, PASSPHRASE, random.Random(seed).randbytes, CHEAP)
