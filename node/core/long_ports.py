"""What the core asks of the store about long messages: those that are still arriving, and their fragments."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from node.core.records import Arriving, ItemKey


class LongStore(Protocol):
    """The part of a store that keeps what came in several frames."""

    def put_arriving(self, arriving: Arriving) -> None:
        """Insert or replace by key."""

    def delete_arriving(self, key: ItemKey) -> None:
        """Forget that it is arriving; its fragments stay."""

    def all_arriving(self) -> Sequence[Arriving]:
        """Every long message of which something is missing, by key."""

    def put_fragment(self, key: ItemKey, index: int, content: bytes) -> None:
        """Insert or replace by message and index."""

    def fragments(self, key: ItemKey) -> Mapping[int, bytes]:
        """What is kept of a message beside its first frame, by index, ascending."""

    def delete_fragments(self, key: ItemKey) -> None:
        """Forget them all."""
