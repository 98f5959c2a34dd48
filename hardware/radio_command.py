"""`bavn radio`: simulated radios to try a network with, and a look at what they do.

Heavy imports wait for `run`: `bavn --help` and the report of a running simulation load no protobufs.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hardware.errors import HardwareError

if TYPE_CHECKING:
    from hardware.simulated.air_file import AirPlan

SUMMARY = "simulate radios, switch them on and off, see what they send"

_DESCRIPTION = """\
Radios that are not there, for trying things without hardware. They serve the
Meshtastic client API on a TCP port or a serial port each, and share one
simulated air with airtime, collisions, loss and hops: `bavn run` cannot tell
them from real ones.
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


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command line of `bavn radio`."""
    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(dest="radio_command", required=True, metavar="COMMAND")

    simulate = commands.add_parser(
        "simulate",
        help="serve the simulated radios of an air file until interrupted",
        description="Serve the simulated radios of an air file until interrupted; one ready line for each address.",
        epilog=_AIR_FILE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
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


def _add_control(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--control", metavar="SOCK", type=Path, required=True, help="as given to `simulate`")


def run(args: argparse.Namespace) -> int:
    """Carry out `bavn radio`; 0, or 1 with one line on standard error that says what to do."""
    try:
        match args.radio_command:
            case "simulate":
                _simulate(args.air_file, args.control, as_json=args.json)
            case "power":
                _power(args.control, args.device, on=args.state == "on", as_json=args.json)
            case "report":
                _report(args.control, as_json=args.json)
            case other:
                raise ValueError(f"argparse let {other!r} through")
    except HardwareError as error:
        sys.stderr.write(f"bavn radio: {error}\n")
        return 1
    return 0


def _simulate(air_file: Path, control: Path | None, *, as_json: bool) -> None:
    import asyncio

    from hardware.simulated.air_file import read_air_file

    asyncio.run(_serve(read_air_file(air_file), control, as_json=as_json))


async def _serve(plan: "AirPlan", control: Path | None, *, as_json: bool) -> None:
    import asyncio
    import json
    import signal

    from hardware.simulated.server import open_air

    interrupted = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, interrupted.set)
    async with open_air(plan, control) as air:
        for name, address in ((name, each) for name, those in air.addresses.items() for each in those):
            number = air.node_numbers[name]
            ready = {"ready": name, "address": address, "node_number": number}
            _say(json.dumps(ready) if as_json else f"ready {name} {address} !{number:08x}")
        await interrupted.wait()


def _power(control: Path, device: str, *, on: bool, as_json: bool) -> None:
    import json

    from hardware.simulated.control import AirControl

    with AirControl(control) as air:
        air.power(device, on=on)
    _say(json.dumps({"device": device, "on": on}) if as_json else f"{device} is {'on' if on else 'off'}")


def _report(control: Path, *, as_json: bool) -> None:
    import json
    from dataclasses import asdict

    from hardware.simulated.control import AirControl

    with AirControl(control) as air:
        devices = air.report()
    if as_json:
        _say(json.dumps([asdict(device) for device in devices]))
        return
    _say(f"{'device':<24} power client  sent heard  collided lost  sent s  heard s  hour %")
    for each in devices:
        power, client = "on" if each.is_on else "off", "yes" if each.has_client else "no"
        _say(
            f"{each.device:<24} {power:<5} {client:<6} {each.packets_sent:>5} {each.packets_heard:>5}"
            f" {each.collisions:>9} {each.lost:>4} {each.airtime_sent_ms / 1000:>7.1f}"
            f" {each.airtime_heard_ms / 1000:>8.1f} {each.air_util_tx_pct:>7.2f}"
        )


def _say(line: str) -> None:
    # At once: whoever started us waits for the line that says ready.
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run `python -m hardware.radio_command`."""
    parser = argparse.ArgumentParser(prog="bavn radio")
    configure(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
