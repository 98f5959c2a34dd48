"""Whom a device knows, names and keys: kept through power cuts, as in the firmware's flash."""

from collections.abc import Iterable
from typing import Protocol

from hardware.simulated.identity import Contact

_ANY_KEY = bytes(32)


class Keys(Protocol):
    """Whose keys a device knows."""

    def __contains__(self, node_number: int) -> bool:
        """Whether it knows a node."""

    def key_of(self, node_number: int) -> bytes:
        """Return a node's key, empty when it is not known."""


class EverybodysKeys:
    """The keys of all nodes there are: those of a network whose contacts were all loaded."""

    def __contains__(self, node_number: int) -> bool:
        return True

    def key_of(self, node_number: int) -> bytes:
        """Return a key: encryption is modelled by its size and by who reads what, so one stands for all."""
        return _ANY_KEY


class Contacts:
    """The other nodes of one device; as many as there are devices on the air.

    Args:
        loaded: known from the start.
    """

    def __init__(self, loaded: Iterable[Contact] = ()) -> None:
        self._known = {contact.node_number: contact for contact in loaded}
        self._favourites: set[int] = set()
        self._verified: set[int] = set()

    @property
    def favourites(self) -> frozenset[int]:
        """Those loaded by a client."""
        return frozenset(self._favourites)

    @property
    def verified(self) -> frozenset[int]:
        """Those whose keys a client marked as verified."""
        return frozenset(self._verified)

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

    def load(self, contact: Contact, *, is_verified: bool) -> None:
        """Take a contact from the client; the key of a verified one stays what it is (src/mesh/NodeDB.cpp)."""
        number = contact.node_number
        if number in self._verified and self.key_of(number) not in (b"", contact.public_key):
            return
        self._known[number] = contact
        self._favourites.add(number)
        if is_verified:
            self._verified.add(number)

    def forget(self, node_number: int) -> None:
        """Lose one node."""
        self._known.pop(node_number, None)
        self._favourites.discard(node_number)
        self._verified.discard(node_number)

    def forget_strangers(self) -> None:
        """Lose all that no client has loaded."""
        self._known = {number: contact for number, contact in self._known.items() if number in self._favourites}

    def by_number(self) -> tuple[Contact, ...]:
        """Return all, the lowest number first."""
        return tuple(self._known[number] for number in sorted(self._known))
