"""From a frame without number and signature to a stored item of this station: what messages and notices share."""

from dataclasses import replace
from typing import Final

from node.core.long_composing import load_of, text_room
from node.core.records import Item, ItemKey, ItemKind
from node.core.secrecy import Secrecy
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.frames import Long, Message, Notice
from protocol.instants import Lifetime
from protocol.long_messages import long_of, split
from protocol.numbers import SIGNATURE_BYTES
from protocol.options import Releaser
from protocol.reasons import Dropped
from protocol.sealing import SealableT, fingerprint, message_to_sign, seal, seal_released

RELEASER_TO_COME: Final = Releaser(1, bytes(SIGNATURE_BYTES))
"""Takes the room of a second person's release in a frame that is only weighed."""


class Sealing:
    """Numbers, signs and stores what this station says."""

    def __init__(self, here: Surroundings) -> None:
        self._here = here

    def stored(self, bare: Message | Notice, kind: ItemKind, turn: Turn, *, is_for_me: bool, releaser: int = 0) -> Item:
        """The item of a frame, encrypted if it is to be; whether anything stands against it was asked before.

        Args:
            bare: without number and signature.
            kind: what it is.
            turn: when.
            is_for_me: whether this station is one of its destinations.
            releaser: the second operator who lets it go; 0 = it needs none.

        Raises:
            KeyError: its author or releaser is not on duty.
        """
        here = self._here
        key = ItemKey(here.number, here.incarnation, here.store.take_sequence(here.incarnation))
        numbered = replace(bare, sequence=key.sequence, options=replace(bare.options, releaser=None))
        first = self._cut(numbered, bare, key) if isinstance(bare, Message) and isinstance(numbered, Message) else None
        if first is None and numbered.confidential:
            numbered = Secrecy(here).encrypted(numbered)
        sealed = self._sealed(first or numbered, releaser)
        to_sign = message_to_sign(sealed, here.roster)
        assert not isinstance(to_sign, Dropped), "a frame that was just sealed names only certified numbers"
        return here.store.add_item(
            Item(
                id=0,
                kind=kind,
                key=key,
                fingerprint=fingerprint(to_sign),
                sealed=sealed.encode(),
                precedence=sealed.precedence,
                recipient=sealed.recipient,
                issuer=here.number,
                author=sealed.author,
                drill=sealed.drill,
                born_at=turn.at,
                expires_at=turn.at + Lifetime(sealed.lifetime).seconds * 1000,
                accepted_at=turn.at,
                accepted_utc_ms=turn.now.utc_ms,
                is_mine=True,
                is_for_me=is_for_me,
                changed=here.store.take_change(),
                act_wanted=sealed.ack_wanted,
            )
        )

    def _cut(self, numbered: Message, bare: Message, key: ItemKey) -> Long | None:
        """The first frame of a text that takes several, its fragments stored; None when one frame is enough."""
        secrecy = Secrecy(self._here)
        cost_bytes = secrecy.cost_bytes(bare.recipient) if bare.confidential else 0
        if not load_of(bare, len(bare.body) + cost_bytes).is_cut:
            return None
        whole = long_of(numbered)
        if whole.confidential:
            whole = secrecy.encrypted(whole)
        public_key = self._here.signer.public_key(exercise=whole.drill != 0)
        assert public_key is not None, "who has no key signs nothing"
        first, fragments = split(whole, text_room(bare), public_key, self._here.incarnation)
        for index, content in enumerate(fragments):
            self._here.store.put_fragment(key, index, content)
        return first

    def _sealed(self, numbered: SealableT, releaser: int) -> SealableT:
        def sign(data: bytes) -> bytes:
            return self.sign(numbered.author, data)

        if not releaser:
            return seal(numbered, self._here.roster, sign)
        return seal_released(numbered, self._here.roster, sign, releaser, lambda data: self.sign(releaser, data))

    def sign(self, author: int, data: bytes) -> bytes:
        """The signature of an operator on duty, or of the station for author 0.

        Raises:
            KeyError: the author is not on duty.
        """
        if author == 0:
            return self._here.signer.sign_as_station(data)
        return self._here.signer.sign_as_operator(author, data)
