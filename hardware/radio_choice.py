"""Which radio a command means, and that no station uses it: over TCP, whoever connects takes a radio away."""

from dataclasses import dataclass

from hardware.addresses import Address, parse_address
from hardware.errors import AddressError, HardwareError
from hardware.profile import NetworkProfile
from hardware.radio_looks import only_radio
from hardware.serial_ports import serial_ports


class RadioInUse(HardwareError):
    """The station of this machine uses the radio; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What is known of the station on this machine."""

    usual: str | None = None
    """The address in its configuration."""
    is_running: bool = False
    """Whether it answers; its radio is then left alone."""

    def check_free(self, address: Address) -> None:
        """See that the station does not use this radio.

        Raises:
            RadioInUse: it does.
        """
        if not self.is_running or self.usual is None:
            return
        try:
            is_its_own = parse_address(self.usual) == address
        except AddressError:
            is_its_own = False
        if is_its_own:
            raise RadioInUse(f"the station of this machine uses {address}: stop it first, start it again afterwards")

    def choose(self, address: str | None, profile: NetworkProfile | None = None, station: str | None = None) -> Address:
        """Return the address given, else the named station's in the profile, else this machine's, else the only one.

        Raises:
            HardwareError: none or several fit, it is no address, or the station uses it.
        """
        stations = () if profile is None else profile.stations
        named = next((each.address for each in stations if each.short_name == station), None)
        chosen = parse_address(address or named or self.usual or only_radio(serial_ports()))
        self.check_free(chosen)
        return chosen
