"""What a screen can show of what a device says: names and versions are its own choice."""

from typing import Final, Protocol

CHARACTERS_MAX: Final = 60
"""Names and versions are shorter; they end up in logs and on screens."""


class Names(Protocol):
    """An enumeration of the protobufs."""

    def Name(self, number: int, /) -> str:  # noqa: N802 - theirs
        """Name a value.

        Raises:
            ValueError: it has no name here.
        """


def enum_name(names: Names, number: int) -> str:
    """Name a value of an enumeration; the bare number when newer firmware has added it."""
    try:
        return names.Name(number)
    except ValueError:
        return str(number)


def printable(text: str) -> str:
    """Leave out control characters and whatever steers the direction of writing, and cut what is too long."""
    return "".join(character for character in text[:CHARACTERS_MAX] if character.isprintable())
