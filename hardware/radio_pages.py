"""What `bavn radio list` and `bavn radio show` print: lines of at most 80 columns."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from hardware.base_station import Finding, Grade
from hardware.portrait import Portrait
from hardware.serial_ports import SerialPort

COLUMNS: Final = 80
NAME_COLUMNS: Final = 18

_EXTERNAL_POWER_PCT: Final = 101
"""What the firmware says for "not on battery"."""

_NOT_ALLOWED: Final = "no right to use it: add this user to the group dialout, log in again"

_NONE_FOUND: Final = """\
No serial port looks like a Meshtastic radio.
- Is it plugged in and switched on? Many USB cables only charge: try another one.
- `dmesg | tail` says what the system sees when it is plugged in.
- In a container or a virtual machine, the device must be passed on to it.
- A radio on the network is not listed: use its address, tcp://HOST:4403.\
"""


def list_page(ports: Sequence[SerialPort]) -> Iterator[str]:
    """Show the ports that look like radios, then the others, or what to check when there are none."""
    radios = [port for port in ports if port.kind is not None]
    for port in radios:
        yield from _port(port)
    if not radios:
        yield _NONE_FOUND
    others = [port for port in ports if port.kind is None]
    if others:
        yield "" if radios else "\nOther serial ports:"
        yield from (line for port in others for line in _port(port))


def portrait_page(address: str, radio: Portrait, found: Sequence[Finding]) -> Iterator[str]:
    """Show a radio and what is wrong with it for a base station."""
    yield address
    for name, text in _rows(radio):
        yield from _row(name, text)
    yield ""
    wrong = [finding for finding in found if finding.grade is Grade.WRONG]
    advice = [finding for finding in found if finding.grade is Grade.ADVICE]
    yield "Not fit for a base station:" if wrong else "Fit for a base station."
    yield from _findings("!", wrong)
    if advice:
        yield "Advice:"
        yield from _findings("-", advice)


def _port(port: SerialPort) -> Iterator[str]:
    yield port.address
    usb = "" if port.vendor_id is None else f"USB {port.vendor_id:04x}:{port.product_id or 0:04x}"
    said = " ".join(part for part in (port.maker, port.product) if part)
    about = [port.kind, usb, said, port.device if port.device not in port.address else ""]
    yield from _indented("; ".join(part for part in about if part) or "not on USB")
    if not port.is_allowed:
        yield from _indented(_NOT_ALLOWED)


def _rows(radio: Portrait) -> Iterator[tuple[str, str]]:
    lora = radio.lora
    yield "firmware", f"{radio.firmware} on {radio.hardware}"
    yield "node", f"!{radio.node_number:08x} {radio.long_name} ({radio.short_name})"
    yield "region, preset", f"{lora.region}, {lora.preset}"
    yield "role", f"{radio.role}, rebroadcast mode {radio.rebroadcast_mode}"
    yield "hop limit", str(lora.hop_limit)
    power = f"{lora.tx_power_dbm} dBm" if lora.tx_power_dbm else "as much power as the region allows"
    limit = "duty-cycle limit overridden" if lora.overrides_duty_cycle else "duty-cycle limit kept"
    yield "sending", f"{'on' if lora.sends else 'off'}, {power}, {limit}"
    channels = [
        f"{channel.index} {channel.role} {channel.name or '(named by the preset)'}, key: {channel.key}"
        for channel in radio.channels
    ]
    yield from _named("channels", channels)
    nodes = [
        f"!{node.node_number:08x} {node.long_name or '(no name)'}, key {'known' if node.has_key else 'NOT KNOWN'}"
        for node in radio.nodes
    ]
    yield from _named("known nodes", nodes)
    if radio.battery_pct is not None:
        yield "power", "external" if radio.battery_pct >= _EXTERNAL_POWER_PCT else f"battery {radio.battery_pct} %"
    if radio.channel_utilization_pct is not None and radio.air_util_tx_pct is not None:
        used = (
            f"channel {radio.channel_utilization_pct:.1f} % in use, sending {radio.air_util_tx_pct:.1f} % of the hour"
        )
        yield "air", used
    if radio.tx_queue_free is not None:
        yield "transmit queue", f"{radio.tx_queue_free} of {radio.tx_queue_places} places free"


def _named(name: str, texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield from zip([name, *[""] * len(texts)], texts or ["none"], strict=False)


def _row(name: str, text: str) -> Iterator[str]:
    parts = textwrap.wrap(text, COLUMNS - NAME_COLUMNS - 1) or [""]
    for at, part in enumerate(parts):
        yield f"{name if at == 0 else '':<{NAME_COLUMNS}} {part}"


def _findings(mark: str, found: Iterable[Finding]) -> Iterator[str]:
    for finding in found:
        text = f"{finding.problem}; {finding.remedy}"
        yield from textwrap.wrap(text, COLUMNS, initial_indent=f"{mark} ", subsequent_indent="  ")


def _indented(text: str) -> list[str]:
    return textwrap.wrap(text, COLUMNS, initial_indent="    ", subsequent_indent="    ")
