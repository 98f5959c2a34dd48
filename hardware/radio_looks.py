"""`bavn radio list` and `show`: which radios are there, and what one of them says of itself."""

import json
import random
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict

from hardware.addresses import parse_address
from hardware.errors import HardwareError
from hardware.serial_ports import SerialPort, serial_ports


class NoRadioChosen(HardwareError):
    """Which radio is meant cannot be told; the text says what to write."""


def list_radios(find: Callable[[], list[SerialPort]] = serial_ports, *, as_json: bool) -> None:
    """Print the serial ports, those that look like radios first."""
    from hardware.radio_pages import list_page

    ports = find()
    _print([json.dumps([asdict(port) for port in ports])] if as_json else list_page(ports))


def show_radio(address: str | None, find: Callable[[], list[SerialPort]] = serial_ports, *, as_json: bool) -> None:
    """Print what a radio says of itself, and what is wrong with that for a base station.

    Args:
        address: the radio's; None: the only one on a serial port.
        find: lists the serial ports.
        as_json: for programs.

    Raises:
        HardwareError: none or several are there, the address is none, or the radio does not answer.
    """
    import asyncio

    from hardware.base_station import findings
    from hardware.portrait_taking import take_portrait
    from hardware.radio_pages import portrait_page
    from hardware.ways import way_to

    chosen = parse_address(address or only_radio(find()))
    # Above the two numbers that leave things out, so that no other program's question is answered by mistake.
    nonce = random.SystemRandom().randrange(2**17, 2**32)
    try:
        radio = asyncio.run(take_portrait(way_to(chosen), nonce, _progress))
    finally:
        _progress(None)
    found = findings(radio)
    if as_json:
        said = {"address": str(chosen), "radio": asdict(radio), "findings": [asdict(finding) for finding in found]}
        _print([json.dumps(said)])
    else:
        _print(portrait_page(str(chosen), radio, found))


def only_radio(ports: Iterable[SerialPort]) -> str:
    """Return the address of the one port that looks like a radio.

    Raises:
        NoRadioChosen: there is none, or there are several.
    """
    radios = [port.address for port in ports if port.kind is not None]
    if not radios:
        raise NoRadioChosen("no serial port looks like a radio; see: bavn radio list, or give an address")
    if len(radios) > 1:
        raise NoRadioChosen(f"there are {len(radios)} radios; say which: {', '.join(radios)}")
    return radios[0]


def _progress(count: int | None) -> None:
    """Show a person that something happens; None wipes it away."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K" if count is None else f"\r{count} settings read ...")
        sys.stderr.flush()


def _print(lines: Iterable[str]) -> None:
    sys.stdout.writelines(line + "\n" for line in lines)
