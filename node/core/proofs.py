"""Receipts of others: what they prove, to whom, and what they free (SPEC section 13)."""

from collections.abc import Callable

from node.core.answer_times import has_several, patience_ms
from node.core.answers import Answers
from node.core.clocks import Clocks
from node.core.deliveries import Deliveries, reference_of
from node.core.effects import Level
from node.core.receipts import Receipts
from node.core.records import Item, ItemKey, Proof, Rung
from node.core.revoked_use import RevokedUse, has_no_good_key
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from node.core.witnesses import Witnesses
from protocol.bundles import issuer_of
from protocol.frames import Beacon, Bundle, Digest, DigestEntry, HoldState, Receipt, Rider
from protocol.numbers import Address, Kind, Precedence, Reference
from protocol.reasons import Dropped, Reason
from protocol.receipts import check_receipt, check_rider, is_answer_to
from protocol.sealing import verify_digest

_Fits = Callable[[bytes, bytes], bool]
"""Whether a code is that of a key and a fingerprint."""


class Proofs:
    """Takes in RECEIPT and DIGEST frames, riders and answers."""

    def __init__(
        self,
        here: Surroundings,
        deliveries: Deliveries,
        receipts: Receipts,
        answers: Answers,
        witnesses: Witnesses,
        revoked_use: RevokedUse,
        clocks: Clocks,
    ) -> None:
        self._clocks = clocks
        self._revoked_use = revoked_use
        self._here = here
        self._deliveries = deliveries
        self._receipts = receipts
        self._answers = answers
        self._witnesses = witnesses

    def receipt_heard(self, receipt: Receipt, turn: Turn) -> None:
        """A MAC: checked where we can, and then worth a pause; a hint where we cannot."""
        self._code_heard(receipt, lambda key, fingerprint: check_receipt(receipt, key, fingerprint) is None, turn)

    def riders_heard(self, bundle: Bundle, turn: Turn) -> None:
        """Receipts that ride on a frame: each as if it had come alone."""
        issuer = issuer_of(bundle.main)
        if issuer == self._here.number:
            return
        for rider in bundle.riders:
            origin = self._here.roster.station(rider.station)
            if origin is None:
                self._here.drops[Reason.MESSAGE_NOT_HELD] += 1
                continue
            about = Reference(rider.station, origin.body.incarnation & 0b11, rider.sequence)

            def fits(key: bytes, fingerprint: bytes, rider: Rider = rider, about: Reference = about) -> bool:
                return check_rider(rider, issuer, about, key, fingerprint) is None

            self._code_heard(_alone(issuer, about, rider.state), fits, turn)

    def answer_heard(self, beacon: Beacon, turn: Turn) -> None:
        """A receipt in a beacon: it names nothing, so it is tried on what that station has not yet receipted."""
        answer = beacon.answer
        if answer is None or beacon.station == self._here.number:
            return
        key = self._here.signer.receipt_key(beacon.station, self._here.number)
        if key is None or has_no_good_key(self._here, Address(Kind.STATION, beacon.station)):
            return
        for item in self._deliveries.unanswered(beacon.station, answer.state):
            about = reference_of(item)
            if is_answer_to(answer, beacon.station, about, key, item.fingerprint):
                self._report(item, _alone(beacon.station, about, answer.state), turn)
                return

    def _code_heard(self, receipt: Receipt, fits: _Fits, turn: Turn) -> None:
        if has_no_good_key(self._here, Address(Kind.STATION, receipt.station)):
            self._here.drops[Reason.REVOKED_KEY] += 1
            return
        message = self._message(receipt.about)
        if message is None:
            self._here.drops[Reason.MESSAGE_NOT_HELD] += 1
            return
        about = self._about(message, receipt)
        mine = [item for item in about if item.issuer == self._here.number]
        if not mine:
            for item in about:
                self._overheard(item, receipt, turn.at)
            return
        key = self._here.signer.receipt_key(receipt.station, self._here.number)
        meant = [item for item in mine if key is not None and fits(key, item.fingerprint)]
        if not meant:
            self._here.drops[Reason.BAD_MAC] += 1
        for item in meant:
            self._report(item, receipt, turn)

    def digest_heard(self, digest: Digest, sealed: bytes, turn: Turn) -> None:
        """A signature: verified before anything else, then it closes deliveries and is kept for who asks."""
        verified = verify_digest(digest, self._here.roster, self._here.signatures, turn.on_day)
        if isinstance(verified, Dropped):
            if verified.reason is Reason.REVOKED_KEY:
                self._revoked_use.refused(digest.station, 0, turn)
            else:
                self._here.drops[verified.reason] += 1
            return
        self._answers.heard(sealed)
        self._witnesses.digest_heard(digest, sealed, turn)
        for entry in digest.entries:
            self._entry_heard(entry, digest, sealed, turn)

    def _entry_heard(self, entry: DigestEntry, digest: Digest, sealed: bytes, turn: Turn) -> None:
        message = self._message(entry.about)
        if message is None:
            self._here.drops[Reason.MESSAGE_NOT_HELD] += 1
            return
        if entry.state is HoldState.ACT_AT_STATION:
            for act in self._here.store.acts_about(message.key):
                if act.fingerprint[:2] == entry.check and digest.station == message.issuer:
                    self._arrived(act, digest.station, Rung.AT_STATION, sealed, turn)
            return
        if message.fingerprint[:2] != entry.check:
            self._here.drops[Reason.CONFLICT] += 1
            turn.log(
                Level.ERROR, f"station {digest.station} has another message under a number of {message.key.station}"
            )
            return
        self._clocks.told(message, digest, turn)
        match entry.state:
            case HoldState.AT_STATION:
                self._arrived(message, digest.station, Rung.AT_STATION, sealed, turn)
            case HoldState.UNATTENDED:
                self._arrived(message, digest.station, Rung.UNATTENDED, sealed, turn)
            case HoldState.CUSTODY:
                self._deliveries.held_by(message, digest.station, turn)
            case HoldState.NO_ROOM:
                self._deliveries.refused_room(message, digest.station, turn.at)
            case HoldState.CONFLICT:
                turn.log(
                    Level.ERROR, f"station {digest.station} refuses message {message.id}: its number was used before"
                )

    def _arrived(self, item: Item, station: int, rung: Rung, sealed: bytes, turn: Turn) -> None:
        before = self._here.store.delivery(item.id, station)
        if before is None:
            return
        self._receipts.overheard(item)
        if self._deliveries.proven(item, station, rung, turn):
            self._here.store.put_proof(Proof(item.id, station, sealed, turn.at))
            if before.attempts and not item.is_mine:
                # Who carried the item carries the proof back: its issuer may be out of the recipient's reach.
                # Of several recipients' proofs none goes before the last had its turn: what came by then goes together.
                listen_ms = self._here.policy.overhear_ms + self._here.jitter.below(self._here.policy.overhear_ms)
                all_said_at = item.accepted_at + patience_ms(self._here, item) if has_several(self._here, item) else 0
                self._answers.add(sealed, item.precedence, max(turn.at, all_said_at) + listen_ms)

    def _report(self, item: Item, receipt: Receipt, turn: Turn) -> None:
        match receipt.state:
            case HoldState.AT_STATION | HoldState.UNATTENDED | HoldState.ACT_AT_STATION:
                self._deliveries.reported(item, receipt.station, turn)
            case HoldState.CUSTODY:
                self._deliveries.held_by(item, receipt.station, turn)
            case HoldState.NO_ROOM:
                self._deliveries.refused_room(item, receipt.station, turn.at)
            case HoldState.CONFLICT:
                turn.log(Level.ERROR, f"station {receipt.station} refuses item {item.id}: its number was used before")

    def _overheard(self, item: Item, receipt: Receipt, at: int) -> None:
        if receipt.state is HoldState.CUSTODY:
            self._receipts.carried_by(item, receipt.station)
        if self._here.store.delivery(item.id, receipt.station) is not None:
            self._receipts.overheard(item)
            self._deliveries.hinted(item, receipt.station, at)

    def _about(self, message: Item, receipt: Receipt) -> list[Item]:
        if receipt.state is HoldState.ACT_AT_STATION:
            return list(self._here.store.acts_about(message.key))
        return [message]

    def _message(self, about: Reference) -> Item | None:
        incarnation = self._here.roster.full_incarnation(about.station, about.incarnation)
        if incarnation is None:
            return None
        return self._here.store.message(ItemKey(about.station, incarnation, about.sequence))


def _alone(issuer: int, about: Reference, state: HoldState) -> Receipt:
    """What a rider or an answer says, as the receipt that it stands for; its code was checked by its own rule."""
    return Receipt(precedence=Precedence.FLASH, station=issuer, about=about, state=state, mac=b"")
