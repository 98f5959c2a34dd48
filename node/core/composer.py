"""What people on this station say: messages and acts, checked, sealed and stored before anybody is told "accepted"."""

from collections.abc import Sequence
from dataclasses import replace

from node.core.act_items import SealedAct, act_item
from node.core.composing import RELEASER_TO_COME, Sealing
from node.core.consequences import Consequences
from node.core.deliveries import Deliveries, reference_of
from node.core.drafts import Drafts
from node.core.effects import Accepted, Refusal, Refused, Waits
from node.core.events import ActPerformed, Composed
from node.core.forms import coded_body, form_refused
from node.core.log_entries import LogKind
from node.core.logbook import addressed, author_of
from node.core.long_composing import load_of
from node.core.numbering import human_number
from node.core.policy import INITIALS_MAX, OPEN_DELIVERIES_MAX
from node.core.records import Delivery, Item, ItemKey, ItemKind, Rung
from node.core.releases import Releases
from node.core.rights import rights_of
from node.core.secrecy import Secrecy
from node.core.secret_comments import SecretComments
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.acts import COMMENT_BYTES_MAX
from protocol.confidential_acts import COMMENT_CONFIDENTIAL_BYTES
from protocol.frames import Act, ActKind, Message
from protocol.instants import wire_time
from protocol.numbers import FRAME_BYTES_MAX, SEQUENCE_MAX, SIGNATURE_BYTES, Precedence
from protocol.options import Options
from protocol.reasons import Dropped
from protocol.sealing import act_to_sign, fingerprint, seal_act
from protocol.statements import Right


class Composer:
    """Seals what this station's operators write and do."""

    def __init__(
        self,
        here: Surroundings,
        deliveries: Deliveries,
        drafts: Drafts,
        releases: Releases,
        consequences: Consequences,
    ) -> None:
        self._consequences = consequences
        self._here = here
        self._deliveries = deliveries
        self._drafts = drafts
        self._sealing = Sealing(here)
        self._secrecy = Secrecy(here)
        self._comments = SecretComments(here)
        self._releases = releases

    def compose(self, event: Composed, turn: Turn, *, is_witness: bool = False) -> Accepted | Waits | Refused:
        """Seal, number and store a message; the draft that it was is gone then, and becomes no second one.

        Args:
            event: what is to be sent.
            turn: when.
            is_witness: it is the station's record of what it heard of a handheld.
        """
        already = self._drafts.already(event.draft) if event.draft else None
        if already is not None:
            return already
        bare = self._bare_message(event, turn)
        destinations = self._consequences.destinations(ItemKey(self._here.number, self._here.incarnation, 0), bare)
        refused = self._consequences.why_not(event) or self._why_not(event, destinations, bare)
        refused = refused or form_refused(event, self._here.roster, is_witness=is_witness)
        if refused is not None:
            return refused
        if not event.releaser and self._releases.is_needed(event):
            return self._releases.put(event, turn)
        here = self._here
        is_for_me = here.number in destinations
        item = self._sealing.stored(bare, ItemKind.MESSAGE, turn, is_for_me=is_for_me, releaser=event.releaser)
        if item.is_for_me:
            here.store.put_delivery(Delivery(item.id, here.number, Rung.AT_STATION, 0, None, turn.at))
        self._deliveries.opened(item, [s for s in destinations if s != here.number], turn.at, turn.at)
        if event.draft:
            self._drafts.sent(event.draft, item)
        here.logbook.enter(LogKind.COMPOSED, turn, who=author_of(item), about=item, details=addressed(item))
        self._consequences.taken_in(item, turn)
        return Accepted(item.id, human_number(here.roster, item.key))

    def perform(self, event: ActPerformed, turn: Turn) -> Accepted | Refused:
        """Seal and store what a person did about a message; its origin is told like any recipient."""
        here = self._here
        if here.doubt is not None:
            return Refused(Refusal.RECEIVE_ONLY, str(here.doubt))
        message = here.store.item(event.item_id)
        if message is None or message.kind is not ItemKind.MESSAGE:
            return Refused(Refusal.MESSAGE_UNKNOWN)
        if not message.is_for_me:
            return Refused(Refusal.NOT_FOR_US)
        stranger = self._why_not_person(event)
        if stranger is not None:
            return stranger
        bare = self._bare_act(event, message, turn)
        is_secret = self._comments.is_due(bare, message)
        room_bytes = comment_room(bare, is_secret=is_secret) if self._comments.has_count(message) else 0
        if len(bare.comment) > room_bytes:
            return Refused(Refusal.TEXT_TOO_LONG, f"{len(bare.comment)}/{room_bytes}")
        if self._comments.already(bare, message):  # The same key, twice within eight seconds.
            return Accepted(message.id, human_number(here.roster, message.key))
        if is_secret:
            bare = self._comments.encrypted(bare, message)
        act = seal_act(bare, here.roster, message.fingerprint, lambda data: self._sealing.sign(event.author, data))
        to_sign = act_to_sign(act, here.roster, message.fingerprint)
        assert not isinstance(to_sign, Dropped), "an act that was just sealed names only certified numbers"
        item = self._stored_act(act, fingerprint(to_sign), message, turn)
        details = {"act": act.act.name.lower()}
        here.logbook.enter(LogKind.ACTED, turn, who=author_of(item), about=item, details=details)
        self._deliveries.opened(item, [s for s in (message.issuer,) if s != here.number], turn.at, turn.at)
        self._consequences.act_taken_in(item, turn)
        return Accepted(message.id, human_number(here.roster, message.key))

    def _why_not_person(self, event: ActPerformed) -> Refused | None:
        """An act is somebody's with an open key, or of who typed initials at a kiosk."""
        here = self._here
        if event.act is not ActKind.KIOSK:
            return None if event.author in here.signer.operators() else Refused(Refusal.NOT_ON_DUTY)
        if not here.is_kiosk or event.author:
            return Refused(Refusal.NOT_A_KIOSK)
        is_initials = event.comment.isalnum() and len(event.comment) <= INITIALS_MAX
        return None if is_initials else Refused(Refusal.INITIALS_NEEDED)

    def _why_not(self, event: Composed, destinations: Sequence[int], bare: Message) -> Refused | None:
        here = self._here
        if here.doubt is not None:
            return Refused(Refusal.RECEIVE_ONLY, str(here.doubt))
        if here.roster.recipient_id(event.to) is None:
            return Refused(Refusal.UNKNOWN_RECIPIENT)
        if not destinations:
            return Refused(Refusal.NO_HOME_STATION)
        if event.form is None and not event.text.strip():
            return Refused(Refusal.TEXT_EMPTY)
        confidential = self._secrecy.decided(event.to, wanted=event.confidential)
        if isinstance(confidential, Refusal):
            return Refused(confidential)
        cost_bytes = self._secrecy.cost_bytes(event.to) if confidential else 0
        load = load_of(bare, len(bare.body) + cost_bytes)
        if not load.frames:
            return Refused(Refusal.TEXT_TOO_LONG, f"{len(bare.body)}/{load.room_bytes - cost_bytes}")
        if event.author != 0:
            if event.author not in here.signer.operators():
                return Refused(Refusal.NOT_ON_DUTY)
            if event.precedence is Precedence.FLASH and Right.FLASH not in rights_of(here.roster, event.author):
                return Refused(Refusal.NO_RIGHT)
        if here.store.last_sequence(here.incarnation) >= SEQUENCE_MAX:
            return Refused(Refusal.NUMBERS_USED_UP)
        if here.store.count_open() + len(destinations) > OPEN_DELIVERIES_MAX:
            return Refused(Refusal.STORE_FULL)
        return None

    def _bare_message(self, event: Composed, turn: Turn) -> Message:
        codec, body = coded_body(self._here.codecs, event.text, event.form)
        is_released = event.releaser or self._releases.is_needed(event)
        return Message(
            precedence=event.precedence,
            station=self._here.number,
            incarnation=self._here.incarnation_bits,
            sequence=1,
            author=event.author,
            recipient=event.to,
            time=wire_time(turn.now.utc_ms),
            lifetime=self._consequences.lifetime_of(event),
            ack_wanted=event.ack_wanted or event.answer_by_min is not None,
            confidential=self._secrecy.decided(event.to, wanted=event.confidential) is True,
            codec=codec,
            options=Options(
                reply_to=event.reply_to,
                answer_by_min=event.answer_by_min,
                cancels=event.cancels,
                supersedes=event.supersedes,
                releaser=RELEASER_TO_COME if is_released else None,
            ),
            body=body,
            signature=b"",
            age_s=0,
        )

    def _bare_act(self, event: ActPerformed, message: Item, turn: Turn) -> Act:
        codec, comment = self._here.codecs.encode(event.comment)
        return Act(
            precedence=message.precedence,
            station=self._here.number,
            incarnation=self._here.incarnation_bits,
            author=event.author,
            about=reference_of(message),
            act=event.act,
            time=wire_time(turn.now.utc_ms),
            codec=codec,
            comment=comment,
            drill=message.drill,
            signature=b"",
        )

    def _stored_act(self, act: Act, act_fingerprint: bytes, message: Item, turn: Turn) -> Item:
        here = self._here
        change = here.store.take_change()
        here.store.touch_item(message.id, change)
        made = SealedAct(act, act.encode(), act_fingerprint)
        return here.store.add_item(act_item(made, message, here.number, change, turn))


def comment_room(bare: Act, *, is_secret: bool) -> int:
    """The same for a comment, which moreover fits a direct message."""
    frame_bytes = FRAME_BYTES_MAX - SIGNATURE_BYTES - len(replace(bare, comment=b"").unsigned_bytes())
    return min(frame_bytes, COMMENT_BYTES_MAX) - (COMMENT_CONFIDENTIAL_BYTES if is_secret else 0)
