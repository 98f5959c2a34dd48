"""A clerk's plan: three authorities, two stations each, three people each at every station."""

from pathlib import Path

AUTHORITIES = {"ASK": "Assens Kommune", "BRF": "Brand Fyn", "RSD": "Region Syddanmark"}
STATIONS_EACH = 2
OPERATORS_EACH = 3
"""At every station."""


def plan_text() -> str:
    """The whole file."""
    parts = ['[network]\nname = "Fyns beredskab"\n']
    for at, (code, name) in enumerate(AUTHORITIES.items()):
        parts.append(f'[[authority]]\ncode = "{code}"\nname = "{name}"\n')
        for station in range(STATIONS_EACH):
            place = f"S{at}{station}"
            parts.append(f'[[station]]\nauthority = "{code}"\ncode = "{place}"\nname = "Station {place}"\n')
            parts += [_operator(code, place, person) for person in range(OPERATORS_EACH)]
        parts.append(
            f'[[function]]\nauthority = "{code}"\ncode = "VG{at}"\nname = "Vagthavende {code}"\nhome = "S{at}0"\n'
            f'[[function]]\nauthority = "{code}"\ncode = "KR{at}"\nname = "Kriseleder {code}"\n'
            f'home = ["S{at}0", "S{at}1"]\ndeputy = "VG{at}"\n'
        )
    parts.append(
        '[[group]]\nauthority = "ASK"\ncode = "ALLE"\nname = "Alle stationer"\nof = "stations"\n'
        'members = ["S00", "S01", "S10", "S11", "S20", "S21"]\n'
        '[[handheld]]\nauthority = "BRF"\ncode = "H1"\nname = "Patrulje 1"\nhome = "S10"\nnode = "!a1b2c3d4"\n'
        f'radio_key = "{"ab" * 32}"\n'
    )
    return "\n".join(parts)


def write_plan(path: Path, text: str | None = None) -> Path:
    """Write it where a command finds it."""
    path.write_text(plan_text() if text is None else text)
    return path


def _operator(authority: str, place: str, person: int) -> str:
    initials = f"{place}{'ABC'[person]}"
    return (
        f'[[operator]]\nauthority = "{authority}"\ncode = "{initials}"\nname = "Person {initials}"\nhome = "{place}"\n'
        f'rights = ["flash", "orders"]\n'
    )
