"""What can be asked of a running simulation over its control socket: one JSON object a line, one answer a line.

    {"do": "power", "device": "relay", "on": false}
    {"do": "link", "between": ["a", "b"], "snr_db": 8.0, "loss": 0.5}
    {"do": "inject", "device": "relay", "payload": "00ff", "hop_limit": 0, "from_node": 305419896}
    {"do": "fault", "device": "relay", "kind": "reboot", "for_s": 8}
    {"do": "report"}
    {"do": "log"}

`hop_limit` is 0 and `from_node` the device itself when left out. An answer is `{"ok": true}`, with `report` or `log`
where asked for, or `{"ok": false, "error": "..."}`. Any bytes may come in; what is no request becomes `Refused`.
"""

import json
import math
from dataclasses import asdict, dataclass
from typing import assert_never

from hardware.airtime import BROADCAST_PAYLOAD_BYTES_MAX
from hardware.simulated.air import Link
from hardware.simulated.faults import Fault, begun_now

LINE_BYTES_MAX = 4096
"""Longer than the longest request, an injected payload in hex."""

_HOP_LIMIT_MAX = 7
_NODE_NUMBER_MAX = 0xFFFFFFFE


@dataclass(frozen=True, slots=True)
class Power:
    """Switch a device."""

    device: str
    on: bool


@dataclass(frozen=True, slots=True)
class ChangeLink:
    """Put or change a link."""

    one: str
    other: str
    link: Link


@dataclass(frozen=True, slots=True)
class Inject:
    """Broadcast a payload from a device, as a hostile radio would."""

    device: str
    payload: bytes
    hop_limit: int
    from_node: int | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Let something go wrong with a device from now on."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class ReadReport:
    """Ask for the report of every device."""


@dataclass(frozen=True, slots=True)
class ReadLog:
    """Ask for the last transmissions."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is no request, or that cannot be done."""

    error: str


Request = Power | ChangeLink | Inject | Trouble | ReadReport | ReadLog


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """What one device did and met."""

    device: str
    node_number: int
    addresses: tuple[str, ...]
    """Where its client API is served."""
    is_on: bool
    has_client: bool
    queued: int
    air_util_tx_pct: float
    packets_sent: int
    packets_heard: int
    airtime_sent_ms: int
    airtime_heard_ms: int
    collisions: int
    lost: int


@dataclass(frozen=True, slots=True)
class Transmission:
    """One transmission that was on the air."""

    at_s: float
    """Seconds since the simulation began."""
    device: str
    from_node: int
    to_node: int
    packet_id: int
    hop_limit: int
    hop_start: int
    lora_bytes: int
    airtime_ms: int
    heard_by: tuple[str, ...]
    payload: str
    """What the packet carries, in hex, its port's wrapping taken off."""


@dataclass(frozen=True, slots=True)
class Done:
    """The answer to a request that was carried out."""

    report: tuple[DeviceReport, ...] | None = None
    log: tuple[Transmission, ...] | None = None


Answer = Done | Refused


def parse_request(line: bytes) -> Request | Refused:
    """Read one line: any bytes at all."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return Refused("not a line of JSON")
    if not isinstance(said, dict):
        return Refused("not a JSON object")
    match said:
        case {"do": "power", "device": str(device), "on": bool(on)}:
            return Power(device, on)
        case {"do": "link", "between": [str(one), str(other)]}:
            return _link(one, other, said.get("snr_db"), said.get("loss", 0.0))
        case {"do": "inject", "device": str(device), "payload": str(payload)}:
            return _inject(device, payload, said.get("hop_limit", 0), said.get("from_node"))
        case {"do": "fault", "device": str(device), "kind": str(kind)}:
            begun = begun_now(device, kind, said.get("for_s", 0.0), said.get("amount"))
            return Refused(begun) if isinstance(begun, str) else Trouble(begun)
        case {"do": "report"}:
            return ReadReport()
        case {"do": "log"}:
            return ReadLog()
        case _:
            return Refused("not a request; do is power, link, inject, fault, report or log")


def format_request(request: Request) -> bytes:
    """Write the line that `parse_request` reads."""
    match request:
        case Power(device, on):
            return _line({"do": "power", "device": device, "on": on})
        case ChangeLink(one, other, link):
            return _line({"do": "link", "between": [one, other], "snr_db": link.snr_db, "loss": link.loss})
        case Inject(device, payload, hop_limit, from_node):
            return _line(
                {
                    "do": "inject",
                    "device": device,
                    "payload": payload.hex(),
                    "hop_limit": hop_limit,
                    "from_node": from_node,
                }
            )
        case Trouble(fault):
            said = {"device": fault.device, "kind": fault.kind.value, "for_s": fault.for_s, "amount": fault.amount}
            return _line({"do": "fault", **said})
        case ReadReport():
            return _line({"do": "report"})
        case ReadLog():
            return _line({"do": "log"})
        case _:
            assert_never(request)


def format_answer(answer: Answer) -> bytes:
    """Write the line that `parse_answer` reads."""
    match answer:
        case Refused(error):
            return _line({"ok": False, "error": error})
        case Done(report=None, log=None):
            return _line({"ok": True})
        case Done(report=None):
            return _line({"ok": True, "log": asdict(answer)["log"]})
        case Done():
            return _line({"ok": True, "report": asdict(answer)["report"]})


def parse_answer(line: bytes) -> Answer:
    """Read an answer of our own simulation.

    Raises:
        ValueError: it is no answer of this version.
    """
    said = json.loads(line)
    try:
        if not said["ok"]:
            return Refused(said["error"])
        report, log = said.get("report"), said.get("log")
        return Done(
            report=None
            if report is None
            else tuple(DeviceReport(**(each | {"addresses": (*each["addresses"],)})) for each in report),
            log=None
            if log is None
            else tuple(Transmission(**(each | {"heard_by": (*each["heard_by"],)})) for each in log),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"an answer of another version: {line[:80]!r}") from error


def _line(said: dict[str, object]) -> bytes:
    return json.dumps(said).encode() + b"\n"


def _link(one: str, other: str, snr_db: object, loss: object) -> ChangeLink | Refused:
    if not isinstance(snr_db, int | float) or not math.isfinite(snr_db):
        return Refused("snr_db is not a number")
    if not isinstance(loss, int | float) or not 0 <= loss <= 1:
        return Refused("loss is not a number from 0 to 1")
    return ChangeLink(one, other, Link(float(snr_db), float(loss)))


def _inject(device: str, payload: str, hop_limit: object, from_node: object) -> Inject | Refused:
    try:
        content = bytes.fromhex(payload)
    except ValueError:
        return Refused("payload is not in hex")
    if not 1 <= len(content) <= BROADCAST_PAYLOAD_BYTES_MAX:
        return Refused(f"payload is not of 1 to {BROADCAST_PAYLOAD_BYTES_MAX} bytes")
    if not isinstance(hop_limit, int) or not 0 <= hop_limit <= _HOP_LIMIT_MAX:
        return Refused(f"hop_limit is not a number from 0 to {_HOP_LIMIT_MAX}")
    if from_node is not None and not (isinstance(from_node, int) and 0 < from_node <= _NODE_NUMBER_MAX):
        return Refused("from_node is not a node number")
    return Inject(device, content, hop_limit, from_node)
