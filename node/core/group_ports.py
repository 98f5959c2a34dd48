"""What the core asks of the store about groups: their keys, and whom they were handed to."""

from collections.abc import Sequence
from typing import Protocol

from node.core.group_keys import GroupKey, Handout


class GroupStore(Protocol):
    """The part of a store that keeps groups' keys."""

    def put_group_key(self, key: GroupKey) -> None:
        """Insert, or replace by group and version."""

    def delete_group_key(self, group: int, version: int) -> None:
        """Forget a version."""

    def group_keys(self, group: int | None = None) -> Sequence[GroupKey]:
        """All versions that are kept of a group, or of all groups, by group and version."""

    def put_handout(self, handout: Handout) -> None:
        """Note what a notice carries to whom."""

    def handouts(self, group: int, version: int) -> Sequence[Handout]:
        """The notices that carry a version, in order of composing."""
