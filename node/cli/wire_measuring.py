"""`bavn wire measure`: what messages cost on the air, one by one and in sum."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from hardware.airtime import PRESETS
from node.cli.exits import DONE, REFUSED
from node.cli.wire_counting import Carriage, bavn_cost, map_cost, text_cost
from node.cli.wire_messages import MessagesUnusable, read_messages
from node.cli.wire_tables import Measured, Measurement, message_rows, sum_rows
from node.daemon.text_codecs import loaded
from node.words.catalogue import chosen_language, words
from protocol.codec import Codecs
from protocol.confidential import confidential_bytes
from protocol.mixing.tables import TablesDamaged

_PROGRESS_EVERY: Final = 25
"""Messages; the densest coding takes some milliseconds for each."""


def run(args: argparse.Namespace) -> int:
    """Measure a file."""
    translated = words(chosen_language(args.lang))
    carriage = Carriage(PRESETS[args.preset], args.firmware == "2.8", args.direct)
    secrecy_bytes = confidential_bytes(1) if args.confidential else 0
    try:
        codecs, messages = loaded(), _with_progress(read_messages(args.file))
        measured = [_measured(text, codecs, carriage, args.receipt, secrecy_bytes) for text in messages]
    except (MessagesUnusable, TablesDamaged, OSError) as error:
        print(f"bavn wire measure: {error}", file=sys.stderr)
        return REFUSED
    measurement = Measurement(carriage, args.receipt, args.confidential, tuple(measured))
    if args.json:
        print(json.dumps(measurement.table(with_messages=not args.sum), ensure_ascii=False))
        return DONE
    if not args.sum:
        print("\n".join(message_rows(translated, measurement)), end="\n\n")
    print("\n".join(sum_rows(translated, measurement)))
    return DONE


def _measured(text: str, codecs: Codecs, carriage: Carriage, receipt: str, secrecy_bytes: int) -> Measured:
    codec, body = codecs.encode(text)
    bavn = bavn_cost(len(body) + secrecy_bytes, carriage, receipt)
    if bavn is None:
        raise MessagesUnusable(
            f"{text[:30]} ...: {len(body)} coded bytes are more than a message holds: make two of it"
        )
    return Measured(text, codec, len(body), bavn, text_cost(text, carriage), map_cost(text, carriage))


def _with_progress(messages: Sequence[str]) -> Iterator[str]:
    """The messages one by one, told on a terminal how far it is."""
    is_told = sys.stderr.isatty() and len(messages) > _PROGRESS_EVERY
    for number, text in enumerate(messages):
        if is_told and number % _PROGRESS_EVERY == 0:
            print(f"\r{number}/{len(messages)}", end="", file=sys.stderr, flush=True)
        yield text
    if is_told:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
