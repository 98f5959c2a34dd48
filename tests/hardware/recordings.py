"""Recordings of real firmware: what each direction of the client API and the air carried, with times."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "vectors" / "recordings"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a recording; fields of other kinds of line are empty."""

    at_s: float
    direction: str
    node: int
    conn: str
    raw: bytes
    event: str
    lora_size: int
    airtime_ms: int


def read(name: str) -> Iterator[Line]:
    for text in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()[1:]:
        line = json.loads(text)
        yield Line(
            at_s=line["t"],
            direction=line["dir"],
            node=line.get("node", line.get("tx", -1)),
            conn=line.get("conn", ""),
            raw=bytes.fromhex(line.get("hex", "")),
            event=line.get("event", ""),
            lora_size=line.get("size", 0) + 16 if line["dir"] == "air" else 0,
            airtime_ms=line.get("airtime_ms", 0),
        )


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.jsonl"))
