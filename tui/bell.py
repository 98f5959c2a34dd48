"""The alarm for what is urgent and not acknowledged: it sounds again and again until somebody acts or silences it.

It is worked out from the station's own list each time, so it survives a restart of the screen by itself.
"""

from typing import Final

AGAIN_S: Final = 15.0
"""Between two sounds: heard across a room, and no torment during the ten minutes a FLASH may take."""
SILENCE_S: Final = 300.0
"""One key gives five minutes' peace, for everything that sounds now; what arrives anew sounds at once."""


class Bell:
    """Knows when to sound; a clock that only goes forward is handed in."""

    def __init__(self) -> None:
        self._alarming: frozenset[int] = frozenset()
        self._next_s = 0.0
        self._silent_until_s = 0.0

    @property
    def is_alarming(self) -> bool:
        """Whether anything waits for somebody."""
        return bool(self._alarming)

    def is_silenced(self, now_s: float) -> bool:
        """Whether somebody asked for peace and has it."""
        return self.is_alarming and now_s < self._silent_until_s

    def heard_of(self, urgent: frozenset[int], now_s: float) -> None:
        """Take what is urgent and not acknowledged now, by row numbers; a new one ends every silence."""
        if urgent - self._alarming:
            self._next_s = now_s
            self._silent_until_s = now_s
        self._alarming = urgent

    def silence(self, now_s: float) -> None:
        """Be quiet for a while."""
        self._silent_until_s = now_s + SILENCE_S

    def sounds(self, now_s: float) -> bool:
        """Whether to sound now; asking is taken as having sounded."""
        if not self._alarming or now_s < max(self._next_s, self._silent_until_s):
            return False
        self._next_s = now_s + AGAIN_S
        return True

    def next_s(self, now_s: float) -> float | None:
        """How long until it may sound again; None while nothing alarms."""
        return max(self._next_s, self._silent_until_s) - now_s if self._alarming else None
