"""Messages and acts heard: verified before anything else, stored before anything leaves.

Order of checks as SPEC section 3: duplicate, identities and signature, expiry, quota, store.
"""

from collections.abc import Sequence

from node.core.act_items import SealedAct, act_item
from node.core.ages import Ages
from node.core.alarm_records import AlarmKind
from node.core.alarms import Alarms
from node.core.answers import Answers
from node.core.consequences import Consequences
from node.core.deliveries import Deliveries
from node.core.forms import form_fault
from node.core.log_entries import LogKind
from node.core.logbook import Details, addressed, author_of
from node.core.marks import Marks
from node.core.notices import Notices
from node.core.numbering import human_number
from node.core.quarantine import SignedFrame
from node.core.quotas import Quotas
from node.core.reassembly import Reassembly
from node.core.receipts import Receipts
from node.core.records import Arriving, Item, ItemKey, ItemKind, Rung
from node.core.replay import is_seen, with_sequence
from node.core.retries import Retries
from node.core.revoked_use import RevokedUse
from node.core.rights import may_speak_at, precedence_granted
from node.core.surroundings import Surroundings
from node.core.trust import Trust
from node.core.turn import Turn
from protocol.decode import sealed_bytes
from protocol.frames import Act, Fragment, Long, Message, Notice, SignedOther
from protocol.instants import Lifetime
from protocol.numbers import EVERYBODY
from protocol.reasons import Dropped, Reason
from protocol.sealing import Verified, verify_act, verify_message

TakenIn = Message | Long | Notice | SignedOther

_UNKNOWN = (Reason.UNKNOWN_STATION, Reason.UNKNOWN_AUTHOR, Reason.UNKNOWN_RECIPIENT)
"""A certificate is missing: that is no fault of the frame."""


class Intake:
    """Takes in MESSAGE, LONG with its fragments, NOTICE, ACT and the signed frames that only a newer Bavn can read."""

    def __init__(
        self,
        here: Surroundings,
        deliveries: Deliveries,
        retries: Retries,
        receipts: Receipts,
        answers: Answers,
        alarms: Alarms,
        notices: Notices,
        trust: Trust,
        revoked_use: RevokedUse,
        marks: Marks,
        reassembly: Reassembly,
        consequences: Consequences,
        ages: Ages,
    ) -> None:
        self._quotas = Quotas(here, answers, alarms)
        self._ages = ages
        self._consequences = consequences
        self._reassembly = reassembly
        self._marks = marks
        self._here = here
        self._notices = notices
        self._alarms = alarms
        self._trust = trust
        self._revoked_use = revoked_use
        self._deliveries = deliveries
        self._retries = retries
        self._receipts = receipts
        self._answers = answers

    def message_heard(self, message: TakenIn, turn: Turn) -> None:
        """A message, perhaps for us, perhaps for others, perhaps known."""
        here = self._here
        incarnation = here.roster.full_incarnation(message.station, message.incarnation)
        if incarnation is None:
            self._trust.unknown_signed(message, turn)
            return
        key = ItemKey(message.station, incarnation, message.sequence)
        known = here.store.message(key)
        sealed = sealed_bytes(message)
        if known is not None and known.sealed == sealed:
            if known.is_mine:
                here.drops[Reason.OWN_FRAME] += 1
            else:
                self._came_again(known, turn.at)
            return
        arriving = self._reassembly.arriving(key)
        if arriving is not None and arriving.sealed == sealed:
            here.drops[Reason.DUPLICATE] += 1
            self._reassembly.came_again(arriving, turn.at)
            return
        verified = verify_message(message, here.roster, here.signatures, turn.on_day)
        if message.station == here.number:
            here.drops[Reason.OWN_FRAME] += 1
            if not isinstance(verified, Dropped):
                self._said_in_our_name(message, key, turn)
            return
        if isinstance(verified, Dropped):
            self._refuse(message, verified, turn)
            return
        if known is not None or arriving is not None:
            # A good signature on other content under the same number: the first stays, people must know.
            here.drops[Reason.CONFLICT] += 1
            self._alarms.raise_(AlarmKind.NUMBER_TWICE, human_number(here.roster, key), turn)
            return
        self._verified(message, key, verified, sealed, turn)

    def _said_in_our_name(self, message: TakenIn, key: ItemKey, turn: Turn) -> None:
        """Our number over a good signature: only what we could have signed ourselves tells of another machine."""
        if not message.drill and may_speak_at(self._here.roster, message.author, message.station):
            self._marks.own_message_heard(key, turn)
        else:
            self._marks.own_number_heard(key.sequence, turn)

    def fragment_heard(self, fragment: Fragment, turn: Turn) -> None:
        """A piece of a long message; with the last one the message is taken in as if just heard."""
        first = self._reassembly.fragment_heard(fragment, turn)
        if first is None:
            return
        here = self._here
        incarnation = here.roster.full_incarnation(first.station, first.incarnation)
        assert incarnation is not None, "its fragment was kept"
        key = ItemKey(first.station, incarnation, first.sequence)
        verified = verify_message(first, here.roster, here.signatures, turn.on_day)
        if isinstance(verified, Dropped):  # Its key was revoked meanwhile, say.
            self._refuse(first, verified, turn)
        else:
            self._verified(first, key, verified, sealed_bytes(first), turn, is_whole=True)
        if here.store.message(key) is None:
            self._reassembly.forget(key)

    def heard_at_last(self, frame: SignedFrame, turn: Turn) -> None:
        """A frame that waited for a certificate, as if just heard."""
        if isinstance(frame, Act):
            self.act_heard(frame, turn)
        else:
            self.message_heard(frame, turn)

    def act_heard(self, act: Act, turn: Turn) -> None:
        """What a person did about a message that we hold."""
        here, sealed = self._here, act.encode()
        incarnation = here.roster.full_incarnation(act.about.station, act.about.incarnation)
        key = None if incarnation is None else ItemKey(act.about.station, incarnation, act.about.sequence)
        message = None if key is None else here.store.message(key)
        if key is None or message is None:
            here.drops[Reason.MESSAGE_NOT_HELD] += 1
            return
        for known in here.store.acts_about(key):
            if known.sealed == sealed:
                self._came_again(known, turn.at)
                return
        if act.drill != message.drill:
            here.drops[Reason.WRONG_CONTEXT] += 1
            return
        verified = verify_act(act, here.roster, here.signatures, message.fingerprint, turn.on_day)
        if isinstance(verified, Dropped):
            self._refuse(act, verified, turn)
            return
        if act.station == here.number:
            here.drops[Reason.OWN_FRAME] += 1
            return
        if not self._quotas.admits(
            *(act.station, act.author, message.precedence, turn), others=1, is_for_me=message.issuer == here.number
        ):
            return
        self._store_act(act, message, verified, sealed, turn)

    def _refuse(self, frame: SignedFrame, dropped: Dropped, turn: Turn) -> None:
        if dropped.reason in _UNKNOWN:
            self._trust.unknown_signed(frame, turn)
        elif dropped.reason is Reason.REVOKED_KEY:
            self._revoked_use.refused(frame.station, frame.author, turn)
        else:
            self._here.drops[dropped.reason] += 1

    def _verified(
        self, message: TakenIn, key: ItemKey, verified: Verified, sealed: bytes, turn: Turn, *, is_whole: bool = False
    ) -> None:
        here = self._here
        seen = here.store.seen(key.station, key.incarnation)
        if is_seen(seen, key.sequence):
            here.drops[Reason.DUPLICATE] += 1
            return
        age_ms, lifetime_ms = self._ages.living_ms(message, key, turn), Lifetime(message.lifetime).seconds * 1000
        if age_ms is None:
            here.drops[Reason.EXPIRED] += 1
            return
        destinations = self._consequences.destinations(key, message)
        is_for_me = here.number in destinations
        precedence = precedence_granted(here.roster, message)
        sender, others = (message.station, message.author), len(destinations)
        if not self._quotas.admits(*sender, precedence, turn, others=others, is_for_me=is_for_me):
            if is_for_me:
                self._quotas.no_room(message, verified.fingerprint, turn)
            return
        born_at, expires_at = turn.at - age_ms, turn.at - age_ms + lifetime_ms
        if isinstance(message, Long) and not is_whole:
            row = Arriving(key, sealed, precedence, is_for_me, born_at, expires_at, heard_at=turn.at)
            self._reassembly.begin(row, turn)
            return
        here.store.put_seen(with_sequence(seen, key.station, key.incarnation, key.sequence))
        item = here.store.add_item(
            Item(
                id=0,
                kind=ItemKind.NOTICE if isinstance(message, Notice) else ItemKind.MESSAGE,
                key=key,
                fingerprint=verified.fingerprint,
                sealed=sealed,
                precedence=precedence,
                recipient=message.recipient,
                issuer=message.station,
                author=message.author,
                drill=message.drill,
                born_at=born_at,
                expires_at=expires_at,
                accepted_at=turn.at,
                accepted_utc_ms=turn.now.utc_ms,
                is_mine=False,
                is_for_me=is_for_me,
                changed=here.store.take_change(),
                act_wanted=message.ack_wanted,
            )
        )
        self._reassembly.taken_in(key)
        if item.kind is not ItemKind.NOTICE:  # What a notice means is entered by whoever acts on it.
            here.logbook.enter(LogKind.ACCEPTED, turn, who=author_of(item), about=item, details=addressed(item))
        if isinstance(message, Notice) and message.recipient == EVERYBODY:
            if self._quotas.may_carry(1, precedence):
                self._deliveries.spread(item, turn.at, turn.at + self._listen_ms(item))
        else:
            self._take_on(item, destinations, turn)
        self._consequences.taken_in(item, turn)
        fault = form_fault(here, message, item) if isinstance(message, Message) else None
        if fault is not None:  # carried and receipted as any other: what it says is not shown
            here.drops[fault.reason] += 1
        if isinstance(message, Notice):
            self._notices.taken_in(item, message, turn)

    def _store_act(self, act: Act, message: Item, verified: Verified, sealed: bytes, turn: Turn) -> None:
        here = self._here
        change = here.store.take_change()
        made = SealedAct(act, sealed, verified.fingerprint)
        item = here.store.add_item(act_item(made, message, here.number, change, turn))
        here.store.touch_item(message.id, change)
        heard: Details = {"act": act.act.name.lower(), "station": act.station}
        here.logbook.enter(LogKind.ACT_HEARD, turn, who=author_of(item), about=item, details=heard)
        if may_speak_at(here.roster, act.author, act.station):
            # The act was signed where the message is, so it proves the arrival there too (SPEC section 13).
            self._deliveries.proven(message, act.station, Rung.AT_STATION, turn)
        self._take_on(item, (message.issuer,), turn)
        self._consequences.act_taken_in(item, turn)

    def _take_on(self, item: Item, destinations: Sequence[int], turn: Turn) -> None:
        """Owe what the item asks of this station: a receipt, custody, or both."""
        here = self._here
        others = [station for station in destinations if station not in (here.number, item.issuer)]
        if item.is_for_me and not self._quotas.may_carry(len(others), item.precedence):
            others = []  # The others get it from whoever has room.
        heard_out_at = turn.at + self._listen_ms(item)
        if item.is_for_me:
            self._receipts.owe_arrival(item, turn.at)
        elif not all(self._deliveries.is_left_to_origin(item, station, turn.at) for station in others):
            self._receipts.owe_custody(item, turn.at, heard_out_at)
        self._deliveries.opened(item, others, turn.at, heard_out_at)

    def _listen_ms(self, item: Item) -> int:
        """How long what comes of an item is listened to before this station sends it on itself."""
        listen_ms = self._here.policy.overhear_ms + 6 * self._here.airtime(len(item.sealed))
        return listen_ms + self._here.jitter.below(listen_ms)

    def _came_again(self, item: Item, at: int) -> None:
        """A duplicate: its sender lacks our receipt, or the recipient's, which we may have."""
        self._here.drops[Reason.DUPLICATE] += 1
        proofs = self._here.store.proofs(item.id)
        heard_out_at = at + self._here.policy.overhear_ms
        if item.kind is ItemKind.NOTICE and item.recipient == EVERYBODY:
            self._deliveries.came_again(item)
            return
        self._retries.sent_by_another(item, at)
        if item.is_for_me:
            self._receipts.owe_arrival_again(item, at)
        elif not item.is_mine:
            for proof in proofs:
                if not self._deliveries.is_left_to_origin(item, proof.station, at):  # else the prover heard it itself
                    turn_ms = self._retries.turn_ms(len(proof.sealed), at)
                    self._answers.add(proof.sealed, item.precedence, heard_out_at + turn_ms)
            others = [delivery.station for delivery in self._here.store.deliveries(item.id)]
            if not proofs and not all(self._deliveries.is_left_to_origin(item, station, at) for station in others):
                self._receipts.owe_custody(item, at, heard_out_at)
