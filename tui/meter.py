"""The meter under a message that is being written: what it will cost everybody, before anybody sends it."""

from typing import Final

from node.api.methods import Price
from node.words.catalogue import Words
from node.words.phrases import decimal_text

_FITS: Final = (
    "{bytes} of {room} B = {packets} packet, {airtime} s x{hops} hops"
    " | ahead: {ahead} ({wait} s) | hour {used}->{then} %"
)
_TOO_LONG: Final = "{bytes} of {room} B: TOO LONG by {more} B - shorten it or send two messages"
TEXTS: Final = (_FITS, _TOO_LONG)


def meter_text(words: Words, price: Price) -> str:
    """One line of at most 80 cells in either language for all that fits a packet."""
    if not price.packets:
        more = price.text_bytes - price.text_bytes_max
        return words(_TOO_LONG).format(bytes=price.text_bytes, room=price.text_bytes_max, more=more)
    return words(_FITS).format(
        bytes=price.text_bytes,
        room=price.text_bytes_max,
        packets=price.packets,
        airtime=decimal_text(words, price.airtime_ms / 1000),
        hops=price.hop_limit + 1,
        ahead=price.ahead,
        wait=decimal_text(words, price.wait_ms / 1000),
        used=decimal_text(words, price.hour_used_bp / 100),
        then=decimal_text(words, (price.hour_used_bp + price.hour_share_bp) / 100),
    )
