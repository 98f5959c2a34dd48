"""Which station of a profile a radio belongs to: told, or found out from what the radio and its address say."""

from hardware.addresses import Address
from hardware.errors import HardwareError
from hardware.profile import NetworkProfile, StationProfile
from hardware.radio_settings import RadioSettings


class NoStationChosen(HardwareError):
    """Which station is meant cannot be told; the text says what to write."""


def choose_station(
    profile: NetworkProfile, found: RadioSettings, address: Address, short_name: str | None
) -> StationProfile:
    """Return the station: the one named, else the one at this address, of this node, of this name, or the only one.

    Raises:
        NoStationChosen: none fits.
    """
    stations = {station.short_name: station for station in profile.stations}
    if not stations:
        raise NoStationChosen("the profile has no [[station]]; add one with short_name and long_name")
    if short_name is not None:
        if short_name not in stations:
            raise NoStationChosen(f"no station is called {short_name!r}; there are {', '.join(stations)}")
        return stations[short_name]
    at_address = [station for station in profile.stations if station.address == str(address)]
    of_node = [each.short_name for each in profile.contacts if each.node_number == found.node_number]
    names = [*(station.short_name for station in at_address), *of_node, found.short_name]
    for name in names:
        if name in stations:
            return stations[name]
    if len(stations) == 1:
        return profile.stations[0]
    raise NoStationChosen(f"which station is this? say it with --station, one of {', '.join(stations)}")
