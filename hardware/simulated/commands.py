"""`bavn radio simulate`, `power` and `report`: an air until interrupted, its switches, and a look at it."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from hardware.simulated.control import AirControl

if TYPE_CHECKING:
    from hardware.simulated.air_file import AirPlan


def simulate(air_file: Path, control: Path | None, *, as_json: bool) -> None:
    """Serve the devices of an air file until interrupted.

    Raises:
        HardwareError: the file or what it asks for cannot be had.
    """
    import asyncio

    from hardware.simulated.air_file import read_air_file

    asyncio.run(_serve(read_air_file(air_file), control, as_json=as_json))


async def _serve(plan: "AirPlan", control: Path | None, *, as_json: bool) -> None:
    import asyncio
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


def power(control: Path, device: str, *, on: bool, as_json: bool) -> None:
    """Switch a device.

    Raises:
        HardwareError: there is no such simulation or device.
    """
    with AirControl(control) as air:
        air.power(device, on=on)
    _say(json.dumps({"device": device, "on": on}) if as_json else f"{device} is {'on' if on else 'off'}")


def report(control: Path, *, as_json: bool) -> None:
    """Tell what every device did and met.

    Raises:
        HardwareError: there is no such simulation.
    """
    with AirControl(control) as air:
        devices = air.report()
    if as_json:
        _say(json.dumps([asdict(device) for device in devices]))
        return
    _say(f"{'device':<24} power client  sent heard  collided lost  sent s  heard s  hour %")
    for each in devices:
        is_on, client = "on" if each.is_on else "off", "yes" if each.has_client else "no"
        _say(
            f"{each.device:<24} {is_on:<5} {client:<6} {each.packets_sent:>5} {each.packets_heard:>5}"
            f" {each.collisions:>9} {each.lost:>4} {each.airtime_sent_ms / 1000:>7.1f}"
            f" {each.airtime_heard_ms / 1000:>8.1f} {each.air_util_tx_pct:>7.2f}"
        )


def _say(line: str) -> None:
    # At once: whoever started us waits for the line that says ready.
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
