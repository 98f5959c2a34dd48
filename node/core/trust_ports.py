"""What the core asks of the store about trust: the statements that are believed."""

from collections.abc import Sequence
from typing import Protocol

from node.core.records import KeptStatement


class TrustStore(Protocol):
    """The part of a store that outlives every roster file."""

    def put_statement(self, statement: KeptStatement) -> None:
        """Insert, or replace by its bytes; its place in the order stays."""

    def delete_statement(self, raw: bytes) -> None:
        """Forget a statement."""

    def statements(self) -> Sequence[KeptStatement]:
        """All that are kept, in the order in which they came."""
