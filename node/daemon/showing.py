"""Records as operators see them: one reading of an item, its deliveries, custodians and acts (SPEC section 13)."""

from dataclasses import dataclass, replace
from typing import Final

from node.api.answers import ChangeStanding
from node.api.forms import ShownForm
from node.api.functions import Holding
from node.api.ladder import Holder, Ladder, ShownAct, ShownTime, Step, height
from node.api.messages import AuthorState, Box, Legibility, Precedence, Recipient, ShownMessage, Standing
from node.core.long_reading import readable_body
from node.core.long_texts import frame_lengths
from node.core.moment import Moment
from node.core.numbering import human_number
from node.core.reckoning import Reckoning
from node.core.records import Delivery, Item, ItemKey, Rung
from node.core.secret_comments import SecretComments
from node.core.surroundings import Surroundings
from node.daemon.answer_showing import answer_by, change_made_by, changes_made_to, deputies, is_deputys
from node.daemon.author_states import author_state, key_ended_utc_ms
from node.daemon.form_names import StationNames
from node.daemon.form_showing import shown_form, text_of
from node.daemon.handheld_showing import texted
from node.words.catalogue import chosen_language
from protocol.codec import Codec
from protocol.decode import decode
from protocol.frames import Act, ActKind, Long, Message, SignedOther
from protocol.instants import instant_ms
from protocol.numbers import Address, Kind, Reference
from protocol.reasons import Dropped, Reason

_STEPS: Final = {
    Rung.QUEUED: Step.QUEUED,
    Rung.SENT: Step.SENT,
    Rung.HEARD_BY_RADIO: Step.HEARD_BY_RADIO,
    Rung.REPORTED: Step.REPORTED,
    Rung.AT_STATION: Step.AT_STATION,
    Rung.UNATTENDED: Step.UNATTENDED,
    Rung.EXPIRED: Step.EXPIRED,
    Rung.CANCELLED: Step.CANCELLED,
}
_ACTS: Final = {
    ActKind.ACKNOWLEDGED: Step.ACKNOWLEDGED,
    ActKind.ACCEPTED: Step.ACCEPTED,
    ActKind.DECLINED: Step.DECLINED,
    ActKind.DONE: Step.DONE,
    ActKind.READ_BACK: Step.READ_BACK,
    ActKind.KIOSK: Step.KIOSK,
}
"""Acts that only a newer version knows are carried, and prove no step here."""


_ILLEGIBLE: Final = {Reason.TYPE_NOT_SUPPORTED: Legibility.NEWER, Reason.NOT_DECRYPTED: Legibility.LOCKED}
_ARRIVED: Final = (Rung.AT_STATION, Rung.UNATTENDED)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a message says, as far as that can be told."""

    legibility: Legibility
    text: str = ""
    form: ShownForm | None = None


@dataclass(frozen=True, slots=True)
class Showing:
    """Shows items as of one moment; used on the store's thread."""

    here: Surroundings
    at: int
    """Station time, ms."""
    now: Moment
    reckoning: Reckoning
    """Which times lie before a time off that nobody measured."""
    doubtful_utc_ms: int
    """What the mesh tells, else the machine, whoever vouches for it: it still tells this morning from last week."""

    def message(self, item: Item) -> ShownMessage:
        """One message and all that is known of its way."""
        frame = decode(item.sealed)
        assert isinstance(frame, Message | Long | SignedOther), "what is stored was decoded before"
        store, roster = self.here.store, self.here.roster
        about = store.acts_about(item.key)
        acts = tuple(act for one in about if (act := self._act(one, item)) is not None)
        acted_here = any(act.is_mine for act in about)
        reading = self._reading(item, frame)
        state = author_state(self.here, item, frame, self._stored_utc_ms(item))
        author = roster.operator(item.author) if item.author else None
        released = frame.options.releaser
        releaser = roster.operator(released.operator) if released is not None else None
        given = store.given(item.id)
        changed_by = changes_made_to(self.here, item, self._written)
        is_over = any(one.standing is ChangeStanding.STANDS for one in changed_by)
        is_unsure = self.reckoning.is_age_unsure(item.accepted_at)
        return ShownMessage(
            id=item.id,
            number=human_number(roster, item.key),
            change=item.changed,
            box=_box(item),
            station=self.code(item.issuer),
            station_name=roster.name_of(Address(Kind.STATION, item.issuer)),
            author=author.body.code if author is not None else "",
            author_name=author.body.name if author is not None else "",
            to=self.recipient(item.recipient),
            precedence=Precedence(item.precedence.name.lower()),
            written=self._written(frame.time),
            received=self.noted(item.accepted_at, item.accepted_utc_ms),
            expires=self._expiry(item),
            age_s=max(0, self.at - item.born_at) // 1000,
            text=reading.text,
            legibility=reading.legibility,
            confidential=frame.confidential,
            standing=Standing.GOOD if item.accepted_utc_ms is not None else Standing.GOOD_UNDATED,
            ack_wanted=frame.ack_wanted,
            unacknowledged=item.is_for_me and frame.ack_wanted and not acted_here and not is_over,
            drill=item.drill,
            reply_to=self._number_of(frame.options.reply_to),
            sealed_bytes=sum(frame_lengths(store, item)),
            ladders=self._ladders(item, acts),
            acts=acts,
            releaser=releaser.body.code if releaser is not None else "",
            releaser_name=releaser.body.name if releaser is not None else "",
            author_state=state,
            key_ended=self._key_ended(item) if state is AuthorState.REVOKED else None,
            form=reading.form,
            age_unsure=is_unsure,
            courier=None if given is None else self.noted(given.at, given.utc_ms),
            answer=answer_by(self.here, item, self.at, self.time, is_unsure=is_unsure),
            changes=change_made_by(self.here, item, self._written),
            changed_by=changed_by,
            texted=texted(self.here, item, self.time),
            as_deputy=deputies(self.here, item)[-1] if is_deputys(self.here, item) else "",
        )

    def _expiry(self, item: Item) -> ShownTime:
        """At the latest, when nobody knows how old it is."""
        expiry = self.time(item.expires_at)
        return replace(expiry, trusted=expiry.trusted and not self.reckoning.is_age_unsure(item.accepted_at))

    def _stored_utc_ms(self, item: Item) -> int | None:
        stored = self.noted(item.accepted_at, item.accepted_utc_ms)
        return stored.utc_ms if stored.trusted or self.time(item.accepted_at).trusted else None

    def _key_ended(self, item: Item) -> ShownTime | None:
        utc_ms = key_ended_utc_ms(self.here, item)
        return None if utc_ms is None else ShownTime(utc_ms, trusted=True)

    def recipient(self, address: Address) -> Recipient:
        """Whom an address means."""
        certificate = self.here.roster.certificate(address)
        code = "" if certificate is None else certificate.code
        holding = self.holding(address.number) if address.kind is Kind.FUNCTION else None
        return Recipient(address.kind.name.lower(), address.number, code, self.here.roster.name_of(address), holding)

    def holding(self, function: int) -> Holding:
        """Who holds a function; while nobody does, who stands in."""
        word, holder = self.here.store.function_word(function), self.here.holder_of(function)
        person = None if holder is None else self.here.roster.operator(holder.operator)
        deputy = 0 if holder is not None else self.here.deputy_of(function)
        stand_in = self.here.holder_of(deputy) if deputy else None
        certificate = self.here.roster.function(deputy) if deputy else None
        return Holding(
            initials=person.body.code if person is not None else "",
            name=person.body.name if person is not None else "",
            station=self.code(holder.station) if holder is not None else "",
            since=None if word is None else self.noted(word.said_at, word.said_utc_ms),
            unrelieved=word is not None and word.is_unrelieved,
            deputy=certificate.body.code if certificate is not None else "",
            deputy_initials=self._initials(stand_in.operator) if stand_in is not None else "",
        )

    def _initials(self, operator: int) -> str:
        certificate = self.here.roster.operator(operator)
        return f"#{operator}" if certificate is None else certificate.body.code

    def code(self, station: int) -> str:
        """A station's code."""
        return self.here.roster.code_of_station(station) or f"#{station}"

    @property
    def clock(self) -> ShownTime:
        """The moment itself."""
        if self.now.utc_ms is None:
            return ShownTime(self.doubtful_utc_ms, trusted=False)
        return ShownTime(self.now.utc_ms, trusted=True)

    def time(self, at: int) -> ShownTime:
        """Station time as UTC, trusted as far as the clock is and nobody missed how long the station was off since."""
        clock, unsure_until = self.clock, self.reckoning.unsure_until
        is_after = unsure_until is None or at > unsure_until
        return ShownTime(clock.utc_ms + at - self.at, clock.trusted and is_after)

    def noted(self, at: int, utc_ms: int | None) -> ShownTime:
        """When something was stored here: as the clock had it, doubtful if that could not be trusted then."""
        if utc_ms is not None:
            return ShownTime(utc_ms, trusted=True)
        return ShownTime(self.time(at).utc_ms, trusted=False)

    def _reading(self, item: Item, frame: Message | Long | SignedOther) -> _Reading:
        if isinstance(frame, SignedOther):
            return _Reading(Legibility.NEWER)
        if frame.confidential and not (item.is_mine or item.is_for_me):
            return _Reading(Legibility.CONFIDENTIAL)
        body = readable_body(self.here, item.key, frame)
        if frame.codec == Codec.FORM and not isinstance(body, Dropped):
            names = StationNames(self.here, self.clock.utc_ms, item.accepted_utc_ms)
            form = shown_form(body, self.here, names, item.author)
            if not isinstance(form, Dropped):
                return _Reading(Legibility.READABLE, text_of(form, chosen_language(None)), form)
            return _Reading(Legibility.DAMAGED)
        text = body if isinstance(body, Dropped) else self.here.codecs.decode(frame.codec, body)
        if isinstance(text, Dropped):
            return _Reading(_ILLEGIBLE.get(text.reason, Legibility.DAMAGED))
        return _Reading(Legibility.READABLE, text)

    def _ladders(self, item: Item, acts: tuple[ShownAct, ...]) -> tuple[Ladder, ...]:
        deliveries = list(self.here.store.deliveries(item.id))
        if item.is_for_me and all(d.station != self.here.number for d in deliveries):
            deliveries.append(Delivery(item.id, self.here.number, Rung.AT_STATION, 0, None, item.accepted_at))
        return tuple(self._ladder(item, delivery, acts) for delivery in deliveries)

    def _ladder(self, item: Item, delivery: Delivery, acts: tuple[ShownAct, ...]) -> Ladder:
        code = self.code(delivery.station)
        custodians = self.here.store.custodians(item.id)
        holders = tuple(Holder(self.code(one.station), self.time(one.since_at)) for one in custodians)
        step, initials, comment = _STEPS[delivery.rung], "", ""
        at: ShownTime | None = self.time(delivery.rung_at)
        if holders and delivery.rung < Rung.REPORTED:
            step, at = Step.HELD, holders[-1].since
        own = [act for act in acts if act.station == code]
        if own:
            # The highest, and of equally high ones the latest: "seen too" does not undo "done".
            top = max(reversed(own), key=lambda act: height(act.step))
            step, at, initials, comment = top.step, top.at, top.initials, top.comment
        return Ladder(
            station=code,
            name=self.here.roster.name_of(Address(Kind.STATION, delivery.station)),
            step=step,
            at=at,
            initials=initials,
            comment=comment,
            attempts=delivery.attempts,
            holders=holders,
        )

    def _act(self, item: Item, message: Item) -> ShownAct | None:
        frame = decode(item.sealed)
        assert isinstance(frame, Act), "what is stored was decoded before"
        if frame.act not in _ACTS:
            return None
        author = self.here.roster.operator(item.author) if item.author else None
        coded = SecretComments(self.here).decrypted(frame, message)
        comment = coded if isinstance(coded, Dropped) else self.here.codecs.decode(frame.codec, coded)
        return ShownAct(
            step=_ACTS[frame.act],
            station=self.code(item.issuer),
            initials=author.body.code if author is not None else "",
            name=author.body.name if author is not None else "",
            at=self._written(frame.time),
            comment=comment if isinstance(comment, str) else "",
            comment_hidden=isinstance(coded, Dropped),
            is_mine=item.is_mine,
            arrived=item.is_mine and all(d.rung in _ARRIVED for d in self.here.store.deliveries(item.id)),
        )

    def _written(self, wire_time: int) -> ShownTime | None:
        clock = self.clock
        written_ms = instant_ms(wire_time, clock.utc_ms)
        return None if written_ms is None else ShownTime(written_ms, clock.trusted)

    def _number_of(self, about: Reference | None) -> str:
        if about is None:
            return ""
        incarnation = self.here.roster.full_incarnation(about.station, about.incarnation) or 1
        return human_number(self.here.roster, ItemKey(about.station, incarnation, about.sequence))


def _box(item: Item) -> Box:
    if item.is_mine:
        return Box.OUTBOX
    return Box.INBOX if item.is_for_me else Box.CARRIED
