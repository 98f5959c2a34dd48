"""What else a scenario file tells of: strangers on the same slot, hostile radios, and keys that end."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from hardware.airtime import LORA_BYTES_MAX
from hardware.simulated.stranger import LORA_BYTES_MIN, PACKETS_AN_HOUR_MAX
from node.simulation.reading_stations import CODE_MAX, NAME_MAX, Codes, place
from node.simulation.scenario import HostileKind, HostilePlan, Revocation, StationPlan, StrangerPlan
from node.simulation.scenario_table import Table

STRANGER_KEYS: Final = ("name", "at_m", "packets_per_hour", "bytes")
HOSTILE_KEYS: Final = ("kind", "at_m", "height_m", "captured", "per_hour", "from", "for")
REVOCATION_KEYS: Final = ("at", "station", "of")
HOSTILES_MAX: Final = 16
PER_HOUR_MAX: Final = 3_600.0
"""One a second: at MEDIUM_FAST a third of the channel, more than which is a jammer, whom no program answers."""


def stranger(table: Table) -> StrangerPlan:
    """Read other people's radio."""
    return StrangerPlan(
        name=table.text("name", NAME_MAX),
        place=place(table),
        packets_per_hour=table.real("packets_per_hour", 0.1, PACKETS_AN_HOUR_MAX),
        lora_bytes=table.whole("bytes", LORA_BYTES_MIN, LORA_BYTES_MAX),
    )


def hostiles(
    tables: Sequence[Table],
    codes: Codes,
    stations: Sequence[StationPlan],
    from_for: Callable[[Table], tuple[float, float]],
) -> Iterator[HostilePlan]:
    """Read them all.

    Args:
        tables: of the file, in order.
        codes: of the stations.
        stations: that there are.
        from_for: reads when one begins and ends.
    """
    taken: set[int] = set()
    for table in tables[HOSTILES_MAX:]:
        raise table.wrong("kind", f"one more than {HOSTILES_MAX}; leave it out")
    for table in tables:
        kind = HostileKind(table.choice("kind", list(HostileKind)))
        captured = table.text("captured", CODE_MAX) if table.has("captured") else ""
        if kind.needs_key and not captured:
            raise table.wrong("captured", f"{kind} is done with a station's keys; write the code of one")
        if captured and table.has("at_m"):
            raise table.wrong("at_m", "a captured station has its place already; leave one of the two out")
        number = codes.one(table, "captured", captured) if captured else 0
        if number in taken or len(taken) + bool(number) >= len(stations):
            raise table.wrong("captured", f"{captured!r} is captured already, or nobody else is left; name another")
        taken |= {number} - {0}
        where = next(plan.place for plan in stations if plan.number == number) if number else place(table)
        begin_s, end_s = from_for(table)
        yield HostilePlan(kind, where, table.real("per_hour", 0.0, PER_HOUR_MAX), number, begin_s, end_s)


def revocations(
    tables: Sequence[Table], codes: Codes, stations: Sequence[StationPlan], end_s: float
) -> Iterator[Revocation]:
    """Read them all; people must be where a revocation is handed in, and where the key is whose end it is.

    Args:
        tables: of the file, in order.
        codes: of the stations.
        stations: that there are.
        end_s: of the scenario.
    """
    for table in tables:
        numbers: list[int] = []
        for key in ("station", "of"):
            code = table.text(key, CODE_MAX)
            numbers.append(codes.one(table, key, code))
            if not any(plan.number == numbers[-1] and plan.operators for plan in stations):
                raise table.wrong(key, f"nobody is at {code!r}; name a station with operators")
        yield Revocation(table.span_s("at", end_s), *numbers)
