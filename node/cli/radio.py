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
from node.cli.exits import REFUSED, USAGE
from node.config.errors import ConfigError
from node.config.loading import load_socket, locate, read_top

SUMMARY: Final = radio_command.SUMMARY

STATION_S: Final = 5.0
"""For a station to say that it is there."""


ASKING: Final = ("show", "setup", "check", "rekey", "survey")
"""Commands that connect to a radio, and leave that of a running station alone."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    commands = radio_command.add_commands(parser)
    for name in ASKING:
        commands[name].add_argument(
            "--config", metavar="FILE", help="the station's configuration: names the radio when you do not"
        )


def run(args: argparse.Namespace) -> int:
    """Do it; without an address the station's radio is meant."""
    if args.radio_command not in ASKING:
        return radio_command.run(args)
    file = locate(args.config)
    if args.config is None and not file.exists():
        return radio_command.run(args)
    try:
        configured, socket = read_top(file).section("radio").text("address"), load_socket(file)
    except ConfigError as error:
        print(f"bavn radio: {error}", file=sys.stderr)
        return USAGE
    if args.radio_command != "show":
        return radio_command.run(args, configured, is_station_running=_station_answers(socket))
    args.address = args.address or configured
    if _is_same(args.address, configured) and _station_answers(socket):
        remedy = "ask it with  bavn status, or stop it first"
        print(f"bavn radio: the station at {socket} uses this radio: {remedy}", file=sys.stderr)
        return REFUSED
    return radio_command.run(args)


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
