"""Names in a form that is filled in away from any station: nobody there knows codes and numbers of messages."""

import time
from dataclasses import dataclass, field

from node.forms.local_time import instant_text, read_instant
from protocol.numbers import Address, Kind, Reference


@dataclass(slots=True)
class UncheckedNames:
    """Implements `protocol.forms.plain.Names`: takes any name as right, and gives it back as it was typed."""

    typed: list[str] = field(default_factory=list)
    """In the order of the numbers given out for them; a form has at most 32 fields."""

    def holder(self, text: str, kinds: tuple[Kind, ...]) -> Address | None:
        """Somebody of the first kind that may be."""
        return Address(kinds[0], self._place(text)) if text else None

    def holder_text(self, address: Address) -> str:
        """As typed."""
        return self.typed[address.number - 1]

    def message(self, text: str) -> Reference | None:
        """Some message."""
        return Reference(1, 0, self._place(text)) if text else None

    def message_text(self, reference: Reference) -> str:
        """As typed."""
        return self.typed[reference.sequence - 1]

    def instant(self, text: str) -> int | None:
        """As a station reads it."""
        return read_instant(text, _now_ms())

    def instant_text(self, wire: int) -> str:
        """As a station writes it."""
        return instant_text(wire, _now_ms())

    def holder_said(self, address: Address) -> str:
        """As typed."""
        return self.holder_text(address)

    def instant_said(self, wire: int) -> str:
        """With its day."""
        return self.instant_text(wire).replace("T", " ")

    def _place(self, text: str) -> int:
        self.typed.append(text)
        return len(self.typed)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
