"""A slip with a passphrase that was drawn, to print, hand over and destroy; an emergency's goes into an envelope."""

from typing import Final

from node.words.catalogue import Words
from node.words.page import Row, aligned, folded

COLUMNS: Final = 72
"""Of an upright page, with room to cut."""
_TITLE: Final = "BAVN: YOUR PASSPHRASE"
_EMERGENCY_TITLE: Final = "BAVN: EMERGENCY KEY - BREAK THE SEAL ONLY WHEN NOBODY CAN LOG IN"
_FOR_YOU: Final = (
    "Only you should know this passphrase. Learn it, or keep the slip where you keep your identity card. Change it with"
    " bavn key passphrase. Nobody can tell it again: when it is lost, you get a new key."
)
_EMERGENCY: Final = (
    "Put this slip into an envelope, seal it, write date and name over the seal, and keep it at the station. To use it:"
    " F8 at the console, or bavn login --emergency. Its use is told to everybody. Afterwards a new key is made."
)
_WHO, _NETWORK, _PASSPHRASE = "whose", "network", "passphrase"

TEXTS: Final = (_TITLE, _EMERGENCY_TITLE, _FOR_YOU, _EMERGENCY, _WHO, _NETWORK, _PASSPHRASE)


def slip_page(words: Words, network: str, named: str, passphrase: str, *, is_emergency: bool) -> list[str]:
    """One slip.

    Args:
        words: the language.
        network: its name.
        named: code and name of the holder.
        passphrase: as it is to be typed.
        is_emergency: it opens a break-glass key.
    """
    rows: list[Row] = [
        (words(_NETWORK), network),
        (words(_WHO), named),
        (words(_PASSPHRASE), passphrase),
    ]
    advice = words(_EMERGENCY if is_emergency else _FOR_YOU)
    title = words(_EMERGENCY_TITLE if is_emergency else _TITLE)
    return [title, "", *aligned(rows, COLUMNS), "", *folded(advice, COLUMNS), "", "- " * (COLUMNS // 2)]
