"""Notices: what stations tell each other for their own use, sealed, carried and receipted as messages are.

A notice to everybody is spread without receipts. What was verified, is not expired and is for this station goes to the
machine that is responsible for what it says; nothing of it is ever shown as a message.
"""

from collections.abc import Callable

from node.core.composing import Sealing
from node.core.deliveries import Deliveries
from node.core.records import Delivery, Item, ItemKind, Rung
from node.core.secrecy import Secrecy
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.frames import Notice
from protocol.instants import Lifetime, wire_time
from protocol.notices import GroupSecret, NoticeBody, decode_notice, encode_notice
from protocol.numbers import EVERYBODY, SEQUENCE_MAX, Address, Precedence
from protocol.options import Options
from protocol.reasons import Dropped, Reason

Taker = Callable[[Item, NoticeBody, Turn], None]
"""Is told of a notice once, with the item that keeps it."""


class Notices:
    """Composes notices, and hands over those that are heard."""

    def __init__(self, here: Surroundings, deliveries: Deliveries) -> None:
        self._here = here
        self._deliveries = deliveries
        self._takers: dict[type[NoticeBody], Taker] = {}
        self._in_passing: set[type[NoticeBody]] = set()
        self._sealing = Sealing(here)
        self._secrecy = Secrecy(here)

    def hand_to(self, says: type[NoticeBody], taker: Taker, *, also_in_passing: bool = False) -> None:
        """Name who is responsible for what notices of that kind say; one for each.

        Args:
            says: the kind.
            taker: who is told.
            also_in_passing: of those too that this station only carries for others.
        """
        self._takers[says] = taker
        if also_in_passing:
            self._in_passing.add(says)

    def compose(
        self,
        body: NoticeBody,
        to: Address,
        precedence: Precedence,
        turn: Turn,
        *,
        author: int = 0,
        lifetime: Lifetime = Lifetime.ONE_DAY,
    ) -> Item | None:
        """Seal and queue a notice; the station's own machine is not told of it.

        Args:
            body: what it says; a group's secret is encrypted, and only for somebody who has a key.
            to: everybody, or somebody with a home station.
            precedence: orders the sending.
            turn: when.
            author: an operator on duty, or 0 for the station itself.
            lifetime: how long it is carried.

        Returns:
            The item; None when the station has no number left for it, or is in doubt about its numbers.

        Raises:
            KeyError: the author is not on duty.
        """
        here = self._here
        if here.doubt is not None or here.store.last_sequence(here.incarnation) >= SEQUENCE_MAX:
            return None
        bare = Notice(
            precedence=precedence,
            station=here.number,
            incarnation=here.incarnation_bits,
            sequence=1,
            author=author,
            recipient=to,
            time=wire_time(turn.now.utc_ms),
            lifetime=lifetime,
            confidential=isinstance(body, GroupSecret),
            options=Options(),
            body=encode_notice(body),
        )
        destinations = here.destinations(to)
        item = self._sealing.stored(bare, ItemKind.NOTICE, turn, is_for_me=here.number in destinations)
        if to == EVERYBODY:
            self._deliveries.spread(item, turn.at, turn.at)
            return item
        if item.is_for_me:
            here.store.put_delivery(Delivery(item.id, here.number, Rung.AT_STATION, 0, None, turn.at))
        self._deliveries.opened(item, [one for one in destinations if one != here.number], turn.at, turn.at)
        return item

    def taken_in(self, item: Item, notice: Notice, turn: Turn) -> None:
        """A notice was stored: tell who is responsible, if it is for this station and can be read here."""
        if not item.is_for_me:
            self._passed(item, notice, turn)
            return
        if item.drill:  # An exercise's keys are less well kept: what they sign moves nothing of these machines.
            self._here.drops[Reason.WRONG_CONTEXT] += 1
            return
        plain = self._secrecy.decrypted(notice, item.key.incarnation) if notice.confidential else notice.body
        body = plain if isinstance(plain, Dropped) else decode_notice(plain)
        if isinstance(body, GroupSecret) and not notice.confidential:
            body = Dropped(Reason.NOT_DECRYPTED, "a secret that was not one")
        if isinstance(body, Dropped):
            self._here.drops[body.reason] += 1
            return
        taker = self._takers.get(type(body))
        if taker is not None:
            taker(item, body, turn)

    def _passed(self, item: Item, notice: Notice, turn: Turn) -> None:
        """A notice that is carried for others: some say where to carry something else."""
        body = None if item.drill or notice.confidential else decode_notice(notice.body)
        if body is not None and not isinstance(body, Dropped) and type(body) in self._in_passing:
            self._takers[type(body)](item, body, turn)
