"""What a message would cost, asked of the station that would send it: the console's meter, in one line."""

import os
import sys
from typing import Final

from node.api.messages import Precedence
from node.api.methods import PREVIEW, AskPrice, Price
from node.cli.common import print_json
from node.cli.exits import DONE, REFUSED
from node.client.blocking import Client
from node.words.catalogue import Words
from node.words.phrases import decimal_text

PRECEDENCES: Final = {
    **{one.value: one for one in Precedence},
    "lyn": Precedence.FLASH,
    "haster": Precedence.IMMEDIATE,
    "snart": Precedence.PRIORITY,
    "alm": Precedence.ROUTINE,
}
"""As they are typed, in either language."""
_TOO_LONG: Final = "{bytes} of {room} bytes: too long"
_PACKETS: Final = "{packets} packets, "
_LONG_FLASH: Final = "A FLASH of several packets arrives only when all of them have: write one that fits one packet."
_PRICE: Final = (
    "{bytes} of {room} bytes, {airtime} s on the air for each hop, at most {hops} more;"
    " before it {ahead} ({wait} s); the hour {used} -> {then} %"
)
_CONFIDENTIAL: Final = "confidential: "
_OPEN: Final = "open, everybody who hears it can read it: "
TEXTS: Final = (_TOO_LONG, _PACKETS, _LONG_FLASH, _PRICE, _CONFIDENTIAL, _OPEN)
TEXT_BYTES_MAX: Final = 16_384
"""Read from standard input; what a station takes is less."""


def told_price(client: Client, words: Words, ask: AskPrice, *, as_json: bool) -> int:
    """Ask, and tell it; refused when it fits no packet."""
    price = client.call(PREVIEW, ask)
    if as_json:
        print_json(price)
    else:
        print(_price_text(words, price))
        if price.packets > 1 and ask.precedence is Precedence.FLASH:
            print(words(_LONG_FLASH))
    return DONE if price.packets else REFUSED


def typed_text(typed: str) -> str:
    """What was typed, or with `-` what stands on standard input."""
    raw = sys.stdin.buffer.read(TEXT_BYTES_MAX) if typed == "-" else os.fsencode(typed)
    return raw.decode("utf-8", errors="replace").strip()


def _price_text(words: Words, price: Price) -> str:
    if not price.packets:
        return words(_TOO_LONG).format(bytes=price.text_bytes, room=price.text_bytes_max)
    secrecy = words(_CONFIDENTIAL if price.confidential else _OPEN)
    packets = words(_PACKETS).format(packets=price.packets) if price.packets > 1 else ""
    said = words(_PRICE).format(
        bytes=price.text_bytes,
        room=price.text_bytes_max,
        airtime=decimal_text(words, price.airtime_ms / 1000),
        hops=price.hop_limit,
        ahead=price.ahead,
        wait=decimal_text(words, price.wait_ms / 1000),
        used=decimal_text(words, price.hour_used_bp / 100),
        then=decimal_text(words, (price.hour_used_bp + price.hour_share_bp) / 100),
    )
    return secrecy + packets + said
