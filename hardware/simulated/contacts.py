"""Whom a device knows, names and keys: kept through power cuts, as in the firmware's flash."""

from collections.abc import Iterable

from hardware.simulated.identity import Contact


class Contacts:
    """The other nodes of one device; as many as there are devices on the air.

    Args:
        loaded: known from the start.
    """

    def __init__(self, loaded: Iterable[Contact] = ()) -> None:
        self._known = {contact.node_number: contact for contact in loaded}

    def __contains__(self, node_number: int) -> bool:
        return node_number in self._known

    def key_of(self, node_number: int) -> bytes:
        """Return a node's key, empty when it is not known."""
        contact = self._known.get(node_number)
        return b"" if contact is None else contact.public_key

    def learn(self, contact: Contact) -> None:
        """Take what a node says of itself; with another key than the one known, nothing (src/mesh/NodeDB.cpp)."""
        if self.key_of(contact.node_number) in (b"", contact.public_key):
            self._known[contact.node_number] = contact

    def by_number(self) -> tuple[Contact, ...]:
        """Return all, the lowest number first."""
        return tuple(self._known[number] for number in sorted(self._known))
