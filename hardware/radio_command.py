"""`bavn radio`: which radios are there, setting them up, and simulated ones to try a network with.

Only describes the command line and sends each command to its module. Heavy imports wait for `run`: `bavn --help` and
the report of a running simulation load no protobufs.
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from hardware.errors import AddressError, HardwareError
from hardware.setup_arguments import COMMANDS, add_setup_commands, run_setup_command

SUMMARY = "find, set up and check radios; simulate some to try things without"

_DESCRIPTION = """\
Real radios: which are there, setting them up as one network, whether one is set
as a base station must be, and how well they hear each other.
Simulated ones, for trying things without hardware: they serve the Meshtastic
client API on a TCP port or a serial port each, and share one air with airtime,
collisions, loss and hops; `bavn run` cannot tell them from real ones.
"""

_LIST = """\
List the serial ports that look like Meshtastic radios, with the address to
write in a configuration. Opens nothing and needs no privilege.
"""

_SHOW = """\
Ask a radio for its settings and say what is wrong with them for a base station,
and how to mend it. Keys are never shown.

A radio allows one program at a time. Over TCP, looking at a radio takes it away
from the station that uses it, for a second or two; on a serial port the station
keeps it, and looking is refused.
"""

_AIR_FILE = """\
An air file says which radios there are and which hear each other:

    [air]
    preset = "SHORT_FAST"               # or MEDIUM_FAST, LONG_FAST, ...
    seed = 1                            # the same seed draws the same chances
    firmware = "2.7"                    # or "2.8"

    [[device]]
    name = "town-hall"
    port = 44031                        # 0 lets the system choose

    [[device]]
    name = "relay"
    pty = "relay.tty"                   # a serial port, next to this file;
    log_text = false                    # true: log text between the frames

    [[link]]
    between = ["town-hall", "relay"]
    snr_db = 8.0
    loss = 0.1                          # chance that a frame is lost; 0 when left out

A station reaches the first one with address = "tcp://127.0.0.1:44031" in its
configuration, the second one with address = "serial:///path/to/relay.tty".
Off, a serial port is gone, as if its cable were pulled.
"""

_AS_WRITTEN = argparse.RawDescriptionHelpFormatter


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command line of `bavn radio`."""
    add_commands(parser)


def add_commands(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    """Describe the command line, and return the parser of each command by its name."""
    parser.description = _DESCRIPTION
    parser.formatter_class = _AS_WRITTEN
    commands = parser.add_subparsers(dest="radio_command", required=True, metavar="COMMAND")

    listing = commands.add_parser(
        "list", help="the serial ports that look like radios", description=_LIST, formatter_class=_AS_WRITTEN
    )
    listing.add_argument("--json", action="store_true", help="all serial ports as JSON")

    show = commands.add_parser(
        "show", help="a radio's settings and what is wrong with them", description=_SHOW, formatter_class=_AS_WRITTEN
    )
    show.add_argument(
        "address", metavar="ADDRESS", nargs="?", help="tcp://HOST[:PORT] or serial:///PATH; else the only one there is"
    )
    show.add_argument("--json", action="store_true", help="settings and findings as JSON")

    setup_commands = add_setup_commands(commands)

    simulate = commands.add_parser(
        "simulate",
        help="serve the simulated radios of an air file until interrupted",
        description="Serve the simulated radios of an air file until interrupted; one ready line for each address.",
        epilog=_AIR_FILE,
        formatter_class=_AS_WRITTEN,
    )
    simulate.add_argument("air_file", metavar="AIR.toml", type=Path)
    simulate.add_argument("--control", metavar="SOCK", type=Path, help="socket for `power` and `report`")
    simulate.add_argument("--json", action="store_true", help="ready lines as JSON")

    power = commands.add_parser(
        "power",
        help="switch a simulated radio on or off",
        description="Switch a simulated radio on or off. Off, it drops its client, relays nothing and forgets all.",
    )
    power.add_argument("device", metavar="NAME")
    power.add_argument("state", choices=("on", "off"))
    _add_control(power)
    power.add_argument("--json", action="store_true", help="the new state as JSON")

    report = commands.add_parser(
        "report",
        help="what every simulated radio has sent, heard and lost",
        description="What every simulated radio has sent, heard and lost since the simulation began.",
    )
    _add_control(report)
    report.add_argument("--json", action="store_true", help="all figures as JSON")
    return {
        "list": listing,
        "show": show,
        **setup_commands,
        "simulate": simulate,
        "power": power,
        "report": report,
    }


def _add_control(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--control", metavar="SOCK", type=Path, required=True, help="as given to `simulate`")


def run(args: argparse.Namespace, usual: str | None = None, *, is_station_running: bool = False) -> int:
    """Carry out `bavn radio`; 0, 1 or 2 with one line on standard error that says what to do.

    Args:
        args: as parsed.
        usual: the address of this machine's station, where it has one.
        is_station_running: whether that station uses its radio now.
    """
    try:
        if args.radio_command in COMMANDS:
            from hardware.radio_choice import Machine

            return 0 if run_setup_command(args, Machine(usual, is_station_running)) else 1
        match args.radio_command:
            case "list" | "show":
                _look(args)
            case "simulate" | "power" | "report":
                _simulate(args)
            case other:
                raise ValueError(f"argparse let {other!r} through")
    except KeyboardInterrupt:
        # Every command may be run again, and says so in its help.
        return 1
    except HardwareError as error:
        sys.stderr.write(f"bavn radio: {error}\n")
        return 2 if isinstance(error, AddressError) else 1
    return 0


def _look(args: argparse.Namespace) -> None:
    from hardware.radio_looks import list_radios, show_radio

    if args.radio_command == "list":
        list_radios(as_json=args.json)
    else:
        show_radio(args.address, as_json=args.json)


def _simulate(args: argparse.Namespace) -> None:
    from hardware.simulated import commands

    match args.radio_command:
        case "simulate":
            commands.simulate(args.air_file, args.control, as_json=args.json)
        case "power":
            commands.power(args.control, args.device, on=args.state == "on", as_json=args.json)
        case "report":
            commands.report(args.control, as_json=args.json)


def main() -> int:
    """Run `python -m hardware.radio_command`."""
    parser = argparse.ArgumentParser(prog="bavn radio")
    configure(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
