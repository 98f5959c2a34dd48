"""`bavn radio`: the hardware's own command, told here which radio this machine's station is configured for.

A radio allows one program at a time: the radio of a station that runs is not looked at behind its back.
"""

import argparse
import sys
from pathlib import Path
from typing import Final

from hardware import radio_command
from hardware.addresses import parse_address
from hardware.errors import AddressError
from node.cli.exits import DONE, REFUSED, USAGE
from node.config.errors import ConfigError
from node.config.loading import load_socket, locate, read_top

SUMMARY: Final = radio_command.SUMMARY

STATION_S: Final = 5.0
"""For a station to say that it is there."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    show = radio_command.add_commands(parser)["show"]
    show.add_argument("--config", metavar="FILE", help="the station's configuration: names the radio when you do not")


def run(args: argparse.Namespace) -> int:
    """Do it; `show` without an address means the station's radio."""
    code = _meant(args) if args.radio_command == "show" else DONE
    return radio_command.run(args) if code == DONE else code


def _meant(args: argparse.Namespace) -> int:
    """Settle which radio is meant, and refuse one that is in use."""
    file = locate(args.config)
    if args.config is None and not file.exists():
        return DONE
    try:
        configured, socket = read_top(file).section("radio").text("address"), load_socket(file)
    except ConfigError as error:
        print(f"bavn radio: {error}", file=sys.stderr)
        return USAGE
    if args.address is None:
        args.address = configured
    if _is_same(args.address, configured) and _station_answers(socket):
        remedy = "ask it with  bavn status, or stop it first"
        print(f"bavn radio: the station at {socket} uses this radio: {remedy}", file=sys.stderr)
        return REFUSED
    return DONE


def _is_same(one: str, other: str) -> bool:
    try:
        return parse_address(one) == parse_address(other)
    except AddressError:
        # Told when it is used.
        return False


def _station_answers(socket: Path) -> bool:
    from node.api.faults import Refused
    from node.client.blocking import Client, NoStation

    try:
        Client(socket, timeout_s=STATION_S).close()
    except NoStation:
        return False
    except (Refused, TimeoutError):
        # Busy or of another version, but there.
        return True
    return True
