"""Confidential or not: for whom content is encrypted here, and what of it this station can read (SPEC.md, section 5.1).

Confidential is what a recipient with stations of its own gets unless its sender wants otherwise; everybody, an
authority and handhelds have no key, and what they are sent is open. Only what was verified is handed in for reading.
"""

from collections.abc import Iterator
from typing import Final, TypeVar

from node.core.effects import Refusal
from node.core.group_keys import by_age, exposed_by
from node.core.surroundings import Surroundings
from protocol.certificates import StationBody
from protocol.confidential import (
    GROUP_CONFIDENTIAL_BYTES,
    Between,
    confidential_bytes,
    decrypt_at_station,
    decrypt_in_group,
    encrypt_for_group,
    encrypt_for_stations,
    group_key,
    group_version,
    readers,
)
from protocol.messages import MessageLike
from protocol.numbers import Address, Kind
from protocol.reasons import Dropped, Reason

_NEVER_OPEN_UNASKED: Final = (Refusal.NO_EXCHANGE_KEY, Refusal.GROUP_KEY_EXPOSED)
"""Where a key is usual and there is no good one: its sender has to say that all may read it."""

MessageT = TypeVar("MessageT", bound=MessageLike)


class Secrecy:
    """Encrypts what leaves this station and decrypts what it may read."""

    def __init__(self, here: Surroundings) -> None:
        self._here = here

    def decided(self, to: Address, *, wanted: bool | None) -> bool | Refusal:
        """Whether a message is confidential; why it cannot be, if that is wanted or usual for its recipient.

        Args:
            to: its recipient.
            wanted: by its sender; None = as is usual.
        """
        if wanted is False:
            return False
        hindrance = self.hindrance(to)
        if hindrance is None:
            return True
        return hindrance if wanted or hindrance in _NEVER_OPEN_UNASKED else False

    def cost_bytes(self, to: Address) -> int:
        """How much longer a body gets by being confidential to somebody who has a key."""
        if to.kind is Kind.GROUP:
            return GROUP_CONFIDENTIAL_BYTES
        return confidential_bytes(len(readers(self._here.roster, to)[0]))

    def encrypted(self, message: MessageT) -> MessageT:
        """One of our own messages with its body encrypted, numbered but not signed.

        Args:
            message: to a recipient of whom `decided` answers True.
        """
        between = self._between(message, self._own_public(message), self._here.incarnation)
        assert between is not None, "only what can be confidential is encrypted"
        if message.recipient.kind is Kind.GROUP:
            newest = by_age(self._here.store.group_keys(message.recipient.number))[0]
            shared = group_key(newest.secret, newest.version, between)
            return encrypt_for_group(message, shared, newest.version, self._here.incarnation)
        homes = readers(self._here.roster, message.recipient)[0]
        own = self._exchange_keys(self._here.number, message)[0]
        # In place of a station whose key is revoked stands this one: nobody else has that key.
        peers = [self._good_exchange(home, message) or own for home in homes]
        keys = [key for peer in peers if (key := self._key_with(peer, between)) is not None]
        assert len(keys) == len(homes), "only what can be confidential is encrypted"
        return encrypt_for_stations(message, keys, self._here.incarnation)

    def decrypted(self, message: MessageLike, incarnation: int) -> bytes | Dropped:
        """The coded body of a confidential message.

        Args:
            message: verified when it was taken in.
            incarnation: its origin's, in full.
        """
        if message.recipient.kind is Kind.GROUP:
            return self._decrypted_in_group(message, incarnation)
        for between, exchange, place, count in self._ways(message, incarnation):
            key = None if between is None else self._key_with(exchange, between)
            body = None if key is None else decrypt_at_station(message, key, place, count, incarnation)
            if isinstance(body, bytes):
                return body
        return Dropped(Reason.NOT_DECRYPTED, "no key here")

    def hindrance(self, to: Address) -> Refusal | None:
        """Why nothing can be confidential to somebody; None when it can."""
        if to.kind is Kind.GROUP:
            return self._hindrance_in_group(to.number)
        lists = readers(self._here.roster, to)
        if not lists:
            return Refusal.ALWAYS_OPEN
        roster = self._here.roster
        bodies = {home: certificate.body for home in lists[0] if (certificate := roster.station(home)) is not None}
        is_any_good = any(self._is_good(home, body, exercise=False) for home, body in bodies.items())
        return None if is_any_good and len(bodies) == len(lists[0]) else Refusal.NO_EXCHANGE_KEY

    def _hindrance_in_group(self, group: int) -> Refusal | None:
        keys = by_age(self._here.store.group_keys(group))
        if not keys:
            return Refusal.NO_GROUP_KEY
        return Refusal.GROUP_KEY_EXPOSED if exposed_by(keys[0], self._here.roster) else None

    def _decrypted_in_group(self, message: MessageLike, incarnation: int) -> bytes | Dropped:
        """The body by the version that it names, with whichever key of its origin it was made."""
        version = group_version(message)
        keys = [one for one in self._here.store.group_keys(message.recipient.number) if one.version == version]
        is_own = message.station == self._here.number
        publics = [body.public_key for body in self._stations(message.station, message)]
        for origin in [self._own_public(message)] if is_own else publics:
            between = self._between(message, origin, incarnation)
            if between is None:
                continue
            for one in keys:
                body = decrypt_in_group(message, group_key(one.secret, one.version, between), incarnation)
                if isinstance(body, bytes):
                    return body
        return Dropped(Reason.NOT_DECRYPTED, f"group's key {version}")

    def _ways(self, message: MessageLike, incarnation: int) -> Iterator[tuple[Between | None, bytes, int, int]]:
        """Every reading of who encrypted it for whom, newest keys first: label, exchange key, place, of how many."""
        own = self._here.number
        for homes in readers(self._here.roster, message.recipient):
            if message.station == own:
                between = self._between(message, self._own_public(message), incarnation)
                for exchange in (*self._exchange_keys(homes[0], message), *self._exchange_keys(own, message)):
                    yield between, exchange, 0, len(homes)
            elif own in homes:
                for body in self._stations(message.station, message):
                    between = self._between(message, body.public_key, incarnation)
                    yield between, body.exchange_key, homes.index(own), len(homes)

    def _between(self, message: MessageLike, origin: bytes | None, incarnation: int) -> Between | None:
        recipient = self._here.roster.recipient_id(message.recipient)
        if origin is None or recipient is None:
            return None
        return Between(
            root=self._here.roster.root,
            origin=origin,
            recipient=recipient,
            incarnation=incarnation,
            drill=message.drill,
        )

    def _own_public(self, message: MessageLike) -> bytes | None:
        return self._here.signer.public_key(exercise=message.drill != 0)

    def _key_with(self, exchange: bytes, between: Between) -> bytes | None:
        return self._here.signer.station_key(exchange, between)

    def _stations(self, number: int, message: MessageLike) -> list[StationBody]:
        """What was certified of a station in the message's context, newest first."""
        renewals = self._here.roster.renewals(Address(Kind.STATION, number), exercise=message.drill != 0)
        return [renewal.body for renewal in renewals if isinstance(renewal.body, StationBody)]

    def _good_exchange(self, number: int, message: MessageLike) -> bytes | None:
        """The newest exchange key of a station, unless what it was certified with is revoked."""
        newest = self._stations(number, message)[:1]
        good = [body for body in newest if self._is_good(number, body, exercise=message.drill != 0)]
        return good[0].exchange_key if good else None

    def _is_good(self, number: int, body: StationBody, *, exercise: bool) -> bool:
        address = Address(Kind.STATION, number)
        return self._here.roster.revocation_of(address, body.public_key, exercise=exercise) is None

    def _exchange_keys(self, number: int, message: MessageLike) -> list[bytes]:
        return list(dict.fromkeys(body.exchange_key for body in self._stations(number, message)))
