"""What leaves the safe: to each station what it needs and nobody else's, all of it or nothing."""

from pathlib import Path

from node.keyring.entries import newest_entries, refuse_unknown_stations
from node.keyring.folder import ROSTER_NAME, NetworkFolder
from node.keyring.keyfile import Holder, KeyFile
from protocol.roster import Roster
from protocol.statements import OperatorBody, StationBody


def hand_out(folder: NetworkFolder, station: int, target: Path) -> tuple[Path, ...]:
    """Copy a station's roster, its own keys, and those of the operators at home there, with what is for exercises.

    Returns:
        The files, all in `target`; what was there under these names is replaced.

    Raises:
        KeyringError: there is no such station, or a key is no longer here.
    """
    file = folder.roster_file()
    refuse_unknown_stations(file.roster, (station,))
    keys = keys_at(folder, file.roster, station)
    file.write(target / ROSTER_NAME)
    return (target / ROSTER_NAME, *(key.write(target) for key in keys))


def keys_at(folder: NetworkFolder, roster: Roster, station: int) -> list[KeyFile]:
    """Whose keys belong at a station: its own first.

    Raises:
        KeyringError: one is no longer here.
    """
    stations: list[KeyFile] = []
    operators: list[KeyFile] = []
    for entry in newest_entries(roster):
        match entry.body:
            case StationBody() if entry.number == station:
                stations.append(folder.key(Holder.STATION, station, exercise=entry.exercise))
            case OperatorBody(home_station=home) if home == station:
                operators.append(folder.key(Holder.OPERATOR, entry.number, exercise=entry.exercise))
            case _:
                pass
    return [*stations, *operators]
