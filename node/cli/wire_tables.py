"""What was measured, as tables for people and for programs."""

from dataclasses import asdict, dataclass
from functools import reduce
from operator import add
from typing import Final

from node.cli.wire_counting import Carriage, Cost
from node.words.catalogue import Words
from node.words.harmless import harmless
from node.words.phrases import decimal_text

_WAYS_HEADING: Final = "||| Bavn|||| text||| map|||"
_HEADING: Final = "message|UTF-8|coded|B|pk|ms|+rcpt|pk|ms|+rcpt|B|pk|ms|+rcpt"
_SUMS: Final = "way|bytes|packets|airtime s|with receipt s|of Bavn"
_CARRIAGE: Final = "{preset}, firmware {firmware}, {how}; receipt: {receipt}; {secrecy}"
_TO_CHANNEL: Final = "to the channel"
_TO_KEY: Final = "to a node's key"
_OPEN: Final = "open"
_CONFIDENTIAL: Final = "confidential"
_MESSAGES: Final = "{count} messages of {text_bytes} bytes, coded {coded_bytes} ({share} %)"
_WAYS: Final = {"bavn": "Bavn, signed", "text": "Meshtastic text, unsigned", "map": "MessagePack map, signed"}
_NONE: Final = "none"
TEXTS: Final = (
    *(_WAYS_HEADING, _HEADING, _SUMS, _CARRIAGE, _TO_CHANNEL, _TO_KEY, _OPEN, _CONFIDENTIAL, _MESSAGES, _NONE),
    *_WAYS.values(),
)
_BEGINNING_COLUMNS: Final = 12
"""Of a message's text, so that its row is found again."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One message and what it costs."""

    text: str
    codec: int
    coded_bytes: int
    bavn: Cost
    plain: Cost
    """As Meshtastic's own text."""
    map: Cost

    def table(self) -> dict[str, object]:
        """For programs."""
        costs = {name: cost_table(cost) for name, cost in self.costs.items()}
        text_bytes = len(self.text.encode())
        return {"text_bytes": text_bytes, "codec": self.codec, "coded_bytes": self.coded_bytes, **costs}

    @property
    def costs(self) -> dict[str, Cost]:
        """By the names of the ways."""
        return {"bavn": self.bavn, "text": self.plain, "map": self.map}


@dataclass(frozen=True, slots=True)
class Measurement:
    """All messages of a file, and how they were taken to go."""

    carriage: Carriage
    receipt: str
    confidential: bool
    messages: tuple[Measured, ...]
    """One at least."""

    @property
    def sums(self) -> dict[str, Cost]:
        """Of all messages, by the names of the ways."""
        return {way: reduce(add, (one.costs[way] for one in self.messages)) for way in _WAYS}

    @property
    def firmware(self) -> str:
        """Which one was counted."""
        return "2.8" if self.carriage.signs_broadcasts else "2.7"

    def table(self, *, with_messages: bool) -> dict[str, object]:
        """For programs."""
        told: dict[str, object] = {
            "preset": self.carriage.preset.name,
            "firmware": self.firmware,
            "direct": self.carriage.direct,
            "receipt": self.receipt,
            "confidential": self.confidential,
            "messages": len(self.messages),
            "text_bytes": self.text_bytes,
            "coded_bytes": self.coded_bytes,
            "sum": {way: cost_table(cost) for way, cost in self.sums.items()},
        }
        return {**told, "each": [one.table() for one in self.messages]} if with_messages else told

    @property
    def text_bytes(self) -> int:
        """UTF-8 of all messages."""
        return sum(len(one.text.encode()) for one in self.messages)

    @property
    def coded_bytes(self) -> int:
        """Of all messages, before anything is made confidential."""
        return sum(one.coded_bytes for one in self.messages)


def cost_table(cost: Cost) -> dict[str, int | None]:
    """One cost for programs."""
    return {**asdict(cost), "with_receipt_ms": cost.with_receipt_ms}


def message_rows(words: Words, measurement: Measurement) -> list[str]:
    """Two headings and a row for each message."""
    rows = [words(_WAYS_HEADING).split("|"), words(_HEADING).split("|")]
    for one in measurement.messages:
        figures = (
            *(len(one.text.encode()), one.coded_bytes),
            *(one.bavn.frame_bytes, one.bavn.packets, one.bavn.airtime_ms, one.bavn.with_receipt_ms),
            *(one.plain.packets, one.plain.airtime_ms, one.plain.with_receipt_ms),
            *(one.map.frame_bytes, one.map.packets, one.map.airtime_ms, one.map.with_receipt_ms),
        )
        beginning = harmless(one.text)[:_BEGINNING_COLUMNS]
        rows.append([beginning, *("-" if figure is None else str(figure) for figure in figures)])
    return _columns(rows)


def sum_rows(words: Words, measurement: Measurement) -> list[str]:
    """How it was counted, how far the coding came, and each way with its share of Bavn's airtime."""
    share = decimal_text(words, 100 * measurement.coded_bytes / measurement.text_bytes)
    how = words(_CARRIAGE).format(
        preset=measurement.carriage.preset.name,
        firmware=measurement.firmware,
        how=words(_TO_KEY if measurement.carriage.direct else _TO_CHANNEL),
        receipt=measurement.receipt,
        secrecy=words(_CONFIDENTIAL if measurement.confidential else _OPEN),
    )
    what = words(_MESSAGES).format(
        count=len(measurement.messages),
        text_bytes=measurement.text_bytes,
        coded_bytes=measurement.coded_bytes,
        share=share,
    )
    rows = [words(_SUMS).split("|")]
    for way, cost in measurement.sums.items():
        with_ms = cost.with_receipt_ms
        seconds = decimal_text(words, cost.airtime_ms / 1000)
        with_s = words(_NONE) if with_ms is None else decimal_text(words, with_ms / 1000)
        compared = decimal_text(words, _compared(cost, measurement.sums["bavn"]), 2)
        rows.append([words(_WAYS[way]), str(cost.frame_bytes), str(cost.packets), seconds, with_s, compared])
    return [how, what, "", *_columns(rows)]


def _compared(cost: Cost, bavn: Cost) -> float:
    """With the receipts where the way has one, else the messages alone."""
    if cost.with_receipt_ms is None or bavn.with_receipt_ms is None:
        return cost.airtime_ms / bavn.airtime_ms
    return cost.with_receipt_ms / bavn.with_receipt_ms


def _columns(rows: list[list[str]]) -> list[str]:
    """Each column as wide as its widest cell, the first one to the left and figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [" ".join(map(_cell, row, widths, range(len(row)))).rstrip() for row in rows]


def _cell(text: str, width: int, place: int) -> str:
    return text.rjust(width) if place else text.ljust(width)
