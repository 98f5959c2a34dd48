"""Makes a network profile to begin with: a file to fill in, and two fresh channel keys beside it."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from hardware.errors import HardwareError
from hardware.key_file import KEY_BYTES, make_key

STATION_KEY_FILE: Final = "station.key"
HANDHELD_KEY_FILE: Final = "handheld.key"

_TEMPLATE: Final = """\
# What all radios of this network are set to: bavn radio setup ADDRESS --profile {name}
# Keep the two key files in the safe as well: without them no radio can join.

[network]
preset = "MEDIUM_FAST"          # the same in all radios; LONG_FAST where antennas are poor
region = "EU_868"
hop_limit = 3                   # more only where the plan needs it
tx_power_dbm = 27
role = "CLIENT"                 # ROUTER only on high sites, named there

[channels.station]
name = "bavn"
key_file = "{station_key}"

[channels.handheld]
name = "folk"
key_file = "{handheld_key}"

[intervals]
node_info_s = 10800
position_s = 43200
telemetry_s = 43200

[handheld]
canned_messages = ["Ja", "Nej", "Forstået", "Brug for hjælp", "På vej", "Fremme"]

# One for each station:
#
# [[station]]
# short_name = "PLH"
# long_name = "Plejehjemmet Havblik"
# address = "serial:///dev/serial/by-id/NAME"     # or give it on the command line

# One for each radio, as `bavn radio setup` prints it; then set up all radios once more:
#
# [[contact]]
# short_name = "PLH"
# long_name = "Plejehjemmet Havblik"
# node = "!a1b20010"
# key = "..."
"""


class ProfileExists(HardwareError):
    """A profile or key is there already and is not overwritten."""


def make_profile(path: Path, random_bytes: Callable[[int], bytes]) -> None:
    """Write a profile and two keys.

    Args:
        path: of the profile; the keys come into the same folder.
        random_bytes: entropy fit for keys.

    Raises:
        ProfileExists: one of the three is there already.
        KeyFileError: the folder cannot be written.
    """
    keys = [path.parent / STATION_KEY_FILE, path.parent / HANDHELD_KEY_FILE]
    for file in (path, *keys):
        if file.exists():
            raise ProfileExists(f"{file}: is there already and is not overwritten; choose another folder")
    for file in keys:
        make_key(file, random_bytes(KEY_BYTES))
    text = _TEMPLATE.format(name=path.name, station_key=STATION_KEY_FILE, handheld_key=HANDHELD_KEY_FILE)
    try:
        # Exclusively: two people beginning at once shall not write over each other.
        with path.open("x", encoding="utf-8") as out:
            out.write(text)
    except OSError as error:
        raise ProfileExists(f"{path}: {error.strerror}; choose another folder") from error
