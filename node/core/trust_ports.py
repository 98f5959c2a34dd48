"""What the core asks of the store about trust: the statements that are believed, and what waits for one."""

from collections.abc import Sequence
from typing import Protocol

from node.core.trust_records import KeptStatement, Quarantined


class TrustStore(Protocol):
    """The part of a store that outlives every roster file."""

    def put_statement(self, statement: KeptStatement) -> None:
        """Insert, or replace by its bytes; its place in the order stays."""

    def delete_statement(self, raw: bytes) -> None:
        """Forget a statement."""

    def statements(self) -> Sequence[KeptStatement]:
        """All that are kept, in the order in which they came."""

    def add_quarantined(self, frame: Quarantined) -> Quarantined:
        """Keep a frame and return it with its row number."""

    def delete_quarantined(self, frame_id: int) -> None:
        """Forget a frame."""

    def quarantined(self) -> Sequence[Quarantined]:
        """All that wait, in the order in which they came."""
