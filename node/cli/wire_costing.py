"""`bavn wire cost`: what a draft would cost; asked of the station, or counted for a preset where none runs."""

import argparse
import json
import sys
from dataclasses import asdict
from typing import Final

from hardware.airtime import PRESETS
from node.api.methods import AskPrice
from node.cli.common import at_station
from node.cli.exits import DONE, REFUSED, USAGE
from node.cli.pricing import PRECEDENCES, told_price, typed_text
from node.cli.wire_counting import SIGNED_BYTES, Carriage, bavn_cost
from node.client.blocking import Client
from node.daemon.text_codecs import loaded
from node.words.catalogue import Words, chosen_language, words
from node.words.phrases import decimal_text
from protocol.confidential import confidential_bytes
from protocol.mixing.tables import TablesDamaged
from protocol.reasons import LocalProtocolError

_COUNTED: Final = (
    "{bytes} of {room} bytes in a packet, {packets} packets, {airtime} s on the air for each hop ({preset})"
)
_NOT_ASKED: Final = "No station was asked: what goes before it, and the hour, are not known."
TEXTS: Final = (_COUNTED, _NOT_ASKED)


def run(args: argparse.Namespace) -> int:
    """Ask, or count."""
    if args.preset is None and args.to is None:
        print("bavn wire cost: to whom? --to CODE asks the station; --preset NAME counts without one", file=sys.stderr)
        return USAGE
    text = typed_text(args.text)
    if args.preset is not None:
        return _counted(args, text)

    def work(client: Client, translated: Words) -> int:
        ask = AskPrice(args.to, text, PRECEDENCES[args.precedence], args.reply_to, args.confidential)
        return told_price(client, translated, ask, as_json=args.json)

    return at_station(args, work)


def _counted(args: argparse.Namespace, text: str) -> int:
    translated = words(chosen_language(args.lang))
    carriage = Carriage(PRESETS[args.preset], args.firmware == "2.8", direct=False)
    try:
        _, body = loaded().encode(text)
    except (LocalProtocolError, TablesDamaged, OSError) as error:
        print(f"bavn wire cost: {error}", file=sys.stderr)
        return REFUSED
    secrecy_bytes = confidential_bytes(1) if args.confidential else 0
    cost = bavn_cost(len(body) + secrecy_bytes, carriage, "digest")
    assert cost is not None, "UTF-8 has 7 bits in 8 at most: deflate saves more than encryption adds"
    room = carriage.payload_bytes_max - SIGNED_BYTES - secrecy_bytes
    if args.json:
        print(json.dumps({"text_bytes": len(body), "text_bytes_max": room, **asdict(cost)}))
        return DONE
    airtime = decimal_text(translated, cost.airtime_ms / 1000)
    print(
        translated(_COUNTED).format(
            bytes=len(body), room=room, packets=cost.packets, airtime=airtime, preset=carriage.preset.name
        )
    )
    print(translated(_NOT_ASKED))
    return DONE
