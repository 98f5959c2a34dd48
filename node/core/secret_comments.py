"""What is remarked about a confidential message is as confidential: for its origin, and the station of the act itself.

Others who hold the message verify the act and its kind, and see that there is a comment.
"""

from collections.abc import Iterator
from dataclasses import replace

from node.core.records import Item
from node.core.surroundings import Surroundings
from protocol.certificates import StationBody
from protocol.confidential import Between
from protocol.confidential_acts import COUNT_MAX, decrypt_comment, encrypt_comment
from protocol.decode import decode
from protocol.frames import Act, ActKind, Message
from protocol.numbers import Address, Kind
from protocol.reasons import Dropped, Reason


class SecretComments:
    """Encrypts and decrypts comments of acts."""

    def __init__(self, here: Surroundings) -> None:
        self._here = here

    def is_due(self, act: Act, message: Item) -> bool:
        """Whether a comment that is written here is encrypted; a kiosk's initials never are."""
        frame = decode(message.sealed)
        is_secret = isinstance(frame, Message) and frame.confidential and act.act is not ActKind.KIOSK
        return is_secret and bool(act.comment) and next(self._keys(act, message), None) is not None

    def has_count(self, message: Item) -> bool:
        """Whether one more comment about a message can have a count of its own."""
        return self._count(message) <= COUNT_MAX

    def encrypted(self, act: Act, message: Item) -> Act:
        """An act of which `is_due` answers True, with its comment encrypted."""
        key, incarnation = next(self._keys(act, message))
        return encrypt_comment(act, key, self._count(message), message.fingerprint, incarnation)

    def decrypted(self, act: Act, message: Item) -> bytes | Dropped:
        """The coded comment of an act that was verified."""
        if not act.confidential:
            return act.comment
        for key, incarnation in self._keys(act, message):
            comment = decrypt_comment(act, key, message.fingerprint, incarnation)
            if isinstance(comment, bytes):
                return comment
        return Dropped(Reason.NOT_DECRYPTED, "comment")

    def already(self, act: Act, message: Item) -> bool:
        """Whether this station has said the same, at the same time, before."""
        for item in self._here.store.acts_about(message.key):
            said = decode(item.sealed) if item.is_mine else None
            if isinstance(said, Act):
                comment = self.decrypted(said, message)
                plain = b"" if isinstance(comment, Dropped) else comment
                if replace(said, comment=plain, confidential=False, signature=b"") == act:
                    return True
        return False

    def _count(self, message: Item) -> int:
        return sum(item.is_mine for item in self._here.store.acts_about(message.key))

    def _keys(self, act: Act, message: Item) -> Iterator[tuple[bytes, int]]:
        """Every key that the act's station and the message's origin may share, newest first, and the incarnation."""
        here = self._here
        origin = Address(Kind.STATION, message.issuer)
        recipient = here.roster.recipient_id(origin)
        incarnation = here.roster.full_incarnation(act.station, act.incarnation)
        if recipient is None or incarnation is None or here.number not in (act.station, message.issuer):
            return
        own = here.signer.public_key(exercise=act.drill != 0)
        for body in self._bodies(message.issuer if act.station == here.number else act.station, act):
            public = own if act.station == here.number else body.public_key
            if public is None:
                continue
            between = Between(
                root=here.roster.root, origin=public, recipient=recipient, incarnation=incarnation, drill=act.drill
            )
            key = here.signer.station_key(body.exchange_key, between)
            if key is not None:
                yield key, incarnation

    def _bodies(self, station: int, act: Act) -> list[StationBody]:
        renewals = self._here.roster.renewals(Address(Kind.STATION, station), exercise=act.drill != 0)
        return [renewal.body for renewal in renewals if isinstance(renewal.body, StationBody)]
