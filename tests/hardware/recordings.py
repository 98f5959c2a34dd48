"""Recordings of real firmware: what each direction of the client API and the air carried, with times."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from google.protobuf.message import DecodeError

from hardware.meshtastic_protobufs import mesh_pb2
from hardware.simulated.identity import Generation
from hardware.stream import FrameReader

FOLDER = Path(__file__).resolve().parents[1] / "vectors" / "recordings"


@dataclass(frozen=True, slots=True)
class OnAir:
    """One transmission; its beginning is the line's time."""

    heard_by: tuple[int, ...]
    """Receivers it was put before."""
    from_node: int
    to_node: int
    packet_id: int
    hop_limit: int
    hop_start: int
    want_ack: bool
    relay: int
    next_hop: int
    lora_bytes: int
    airtime_ms: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a recording; fields of other kinds of line are empty."""

    at_s: float
    direction: str
    node: int
    conn: str
    raw: bytes
    event: str
    air: OnAir | None


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line says."""

    generation: Generation
    numbers: tuple[int, ...]
    """Node numbers, by node index."""
    preset: str
    topology: str
    scenario: str
    is_fresh: bool
    """Whether the devices came without a region."""
    seconds: float


def read(name: str) -> Iterator[Line]:
    yield from _whole(FOLDER / f"{name}.jsonl")[1]


def header(name: str) -> Header:
    return _whole(FOLDER / f"{name}.jsonl")[0]


def packets_to(line: Line) -> list[mesh_pb2.MeshPacket]:
    """Give the packets in what a client said, as far as it is well formed."""
    packets = []
    for raw in FrameReader().feed(line.raw, 0.0):
        try:
            said = mesh_pb2.ToRadio.FromString(raw)
        except DecodeError:
            continue
        if said.HasField("packet"):
            packets.append(said.packet)
    return packets


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.jsonl"))


@cache
def _whole(path: Path) -> tuple[Header, tuple[Line, ...]]:
    first, *rest = path.read_text("utf-8").splitlines()
    told = json.loads(first)["header"]
    lines = tuple(_line(json.loads(text)) for text in rest)
    return Header(
        generation=Generation.V2_7 if told["firmware"].startswith("2.7") else Generation.V2_8,
        numbers=tuple(int(number[1:], 16) for number in told["nodes"]),
        preset=told["preset"],
        topology=told["topology"],
        scenario=told["scenario"],
        is_fresh=told["region"].startswith("UNSET"),
        seconds=max(line.at_s for line in lines),
    ), lines


def _line(told: dict[str, object]) -> Line:
    return Line(
        at_s=told["t"],
        direction=told["dir"],
        node=told["tx"] if "tx" in told else -1 if told.get("node") is None else told["node"],
        conn=told.get("conn", ""),
        raw=bytes.fromhex(told.get("hex", "")),
        event=told.get("event", ""),
        air=_on_air(told) if told["dir"] == "air" else None,
    )


def _on_air(told: dict[str, object]) -> OnAir:
    return OnAir(
        heard_by=tuple(told["heard"]),
        from_node=int(told["from"], 16),
        to_node=int(told["to"], 16),
        packet_id=int(told["id"], 16),
        hop_limit=told["hop"],
        hop_start=told["start"],
        want_ack=told["ack"],
        relay=told["relay"],
        next_hop=told["next"],
        lora_bytes=told["size"] + 16,
        airtime_ms=told["airtime_ms"],
    )
