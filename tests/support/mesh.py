"""Stations of the real core on a virtual clock and a plain medium: frames cross links, power fails, time jumps.

The medium is deliberately simple (no contention, no relaying radios): what is tested with it is the stations' own
custody. Power fails between a commit and its effects as easily as anywhere else.
"""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from node.core.effects import Accepted, Announce, CarriedOut, Effect, LogLine, Refused, Reply, SendFrame, Stir, WakeAt
from node.core.events import (
    ActPerformed,
    BearerUp,
    Composed,
    DutyChanged,
    Event,
    FrameHeard,
    FrameOutcome,
    Outcome,
    Started,
    Woke,
)
from node.core.judging import joined
from node.core.moment import Moment
from node.core.policy import Policy
from node.core.ports import DirectMessages, Signer, Store
from node.core.records import Item, Rung
from node.core.station import Station
from node.core.surroundings import Surroundings
from node.forms.loading import shipped_forms
from node.store.memory import MemoryStore
from protocol.frames import ActKind
from protocol.numbers import Address, Precedence
from protocol.roster import Roster
from protocol.signatures import ED25519, Signatures
from tests.support.network import SmallNetwork

FORMS = shipped_forms()
UTC_MS = 1_790_000_000_000
"""Some day in 2026."""
FIRST_NODE = 1000
"""Station n speaks through the radio with this number and n more."""
LIMIT_MS = 32 * 86_400_000
"""No test runs longer than this much virtual time."""

Medium = Callable[[int, int, bytes], bytes | None]
"""What becomes of a payload from one station to another: itself, something else, or None."""


class SeededJitter:
    """Jitter that a test can repeat."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def below(self, bound_ms: int) -> int:
        return self._random.randrange(bound_ms) if bound_ms > 0 else 0


def airtime_ms(payload_bytes: int) -> int:
    """About MEDIUM_FAST."""
    return 100 + 24 * payload_bytes // 10


@dataclass
class Node:
    """One station, powered or not."""

    number: int
    signer: Signer
    store: Store
    policy: Policy
    station: Station | None = None
    here: Surroundings | None = None
    boot: int = 0
    booted_ms: int = 0
    wake: int = 0
    utc_offset_ms: int | None = 0
    replies: list[CarriedOut | Refused] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    sent_at: list[int] = field(default_factory=list)
    """When each of them left, in virtual ms."""
    orders: list[SendFrame] = field(default_factory=list)
    """And how."""
    stirs: int = 0
    effects_lost: bool = False
    """Power fails right after the next commit, before any effect leaves."""


class Mesh:
    """Some stations and the links between them."""

    make_station: Callable[[Surroundings], Station] = staticmethod(Station)

    def __init__(
        self,
        network: SmallNetwork,
        *,
        links: tuple[tuple[int, int], ...],
        policy: Policy | None = None,
        make_store: Callable[[int], Store] | None = None,
        airtime: Callable[[int], int] = airtime_ms,
        direct: DirectMessages | None = None,
        signatures: Signatures = ED25519,
    ) -> None:
        self.airtime = airtime
        self.direct = direct
        self.signatures = signatures
        self.relays = 0
        """Radios between any two stations that are linked."""
        self.network = network
        self.now_ms = 0
        self.links = {frozenset(link) for link in links}
        self.medium: Medium = lambda _from, _to, payload: payload
        self._events: list[tuple[int, int, Callable[[], None]]] = []
        self._count = 0
        policy = policy or Policy()
        self.nodes = {
            number: Node(number, network.signer(number), make_store(number) if make_store else MemoryStore(), policy)
            for number in sorted({n for link in links for n in link})
        }

    def start(self, *numbers: int) -> None:
        """Power up, with a new boot id and the store as the last commit left it."""
        for number in numbers or tuple(self.nodes):
            node = self.nodes[number]
            node.boot += 1
            node.booted_ms = self.now_ms
            roster = joined(node.store, self.network.roster)
            certificate = roster.station(number)
            assert certificate is not None, f"station {number} has a certificate"
            node.here = Surroundings(
                number=number,
                incarnation=certificate.body.incarnation,
                roster=roster,
                store=node.store,
                signer=node.signer,
                signatures=self.signatures,
                jitter=SeededJitter(number * 1000 + node.boot),
                airtime=self.airtime,
                policy=node.policy,
                forms=FORMS,
                direct=self.direct,
            )
            node.station = self.make_station(node.here)
            self.happen(number, Started())
            self.happen(number, BearerUp())

    def cut_power(self, number: int) -> None:
        """All that was not committed is gone."""
        node = self.nodes[number]
        node.store.rollback()
        node.station = None
        node.wake += 1

    def roster(self, number: int) -> Roster:
        """What a station that runs believes."""
        here = self.nodes[number].here
        assert here is not None
        return here.roster

    def link(self, a: int, b: int) -> None:
        self.links.add(frozenset((a, b)))

    def unlink(self, a: int, b: int) -> None:
        self.links.discard(frozenset((a, b)))

    def moment(self, node: Node) -> Moment:
        """The node's clocks."""
        utc_ms = None if node.utc_offset_ms is None else UTC_MS + self.now_ms + node.utc_offset_ms
        return Moment(f"boot-{node.number}-{node.boot}", 1000 + self.now_ms - node.booted_ms, utc_ms)

    def happen(self, number: int, event: Event) -> list[Effect]:
        """Let a station handle an event, commit, then act."""
        node = self.nodes[number]
        if node.station is None:
            return []
        effects = node.station.handle(event, self.moment(node))
        node.store.commit()
        self.act_on(node, effects)
        return effects

    def act_on(self, node: Node, effects: list[Effect]) -> None:
        """Carry out what was committed, unless the power fails."""
        if node.effects_lost:
            node.effects_lost = False
            self.cut_power(node.number)
            return
        for effect in effects:
            self._carry_out(node, effect)

    def compose(
        self,
        number: int,
        to: Address,
        text: str = "Send 200 l diesel.",
        precedence: Precedence = Precedence.ROUTINE,
        author: int = 0,
        ack_wanted: bool = True,
        confidential: bool | None = None,
    ) -> Item:
        """Write a message and return it as stored."""
        written = Composed(1, author, to, text, precedence, ack_wanted=ack_wanted, confidential=confidential)
        self.happen(number, written)
        answer = self.nodes[number].replies[-1]
        assert isinstance(answer, Accepted), answer
        item = self.nodes[number].store.item(answer.item_id)
        assert item is not None
        return item

    def act(self, number: int, message: Item, author: int, act: ActKind = ActKind.ACKNOWLEDGED) -> None:
        """Let an operator press a key about a message that arrived."""
        there = self.nodes[number].store.message(message.key)
        assert there is not None
        self.happen(number, ActPerformed(request=2, author=author, item_id=there.id, act=act))
        assert isinstance(self.nodes[number].replies[-1], Accepted), self.nodes[number].replies[-1]

    def duty(self, number: int) -> None:
        self.happen(number, DutyChanged())

    def rung(self, number: int, message: Item, station: int) -> Rung | None:
        """How far a station believes a message got towards another."""
        held = self.nodes[number].store.message(message.key)
        delivery = self.nodes[number].store.delivery(held.id, station) if held is not None else None
        return delivery.rung if delivery is not None else None

    def has(self, number: int, message: Item) -> bool:
        return self.nodes[number].store.message(message.key) is not None

    def run_for(self, seconds: float) -> None:
        """Let virtual time pass."""
        end_ms = self.now_ms + int(seconds * 1000)
        while self._events and self._events[0][0] <= end_ms:
            self._step()
        self.now_ms = end_ms

    def run_until(self, condition: Callable[[], bool], within_s: float) -> None:
        """Let virtual time pass until something holds; fail if it does not in time."""
        end_ms = self.now_ms + int(within_s * 1000)
        while not condition():
            if not self._events or self._events[0][0] > end_ms:
                raise AssertionError(f"not within {within_s} s")
            self._step()

    def _step(self) -> None:
        self.now_ms, _, action = heapq.heappop(self._events)
        action()

    def _at(self, at_ms: int, action: Callable[[], None]) -> None:
        assert at_ms < LIMIT_MS
        self._count += 1
        heapq.heappush(self._events, (at_ms, self._count, action))

    def _carry_out(self, node: Node, effect: Effect) -> None:
        match effect:
            case SendFrame():
                self._send(node, effect)
            case WakeAt(boot_ms):
                node.wake += 1
                if boot_ms is not None:
                    at_ms = max(self.now_ms, boot_ms - 1000 + node.booted_ms)
                    self._at(at_ms, lambda wake=node.wake: self._wake(node, wake))
            case Reply(_, answer):
                node.replies.append(answer)
            case LogLine(_, text):
                node.log.append(text)
            case Stir():
                node.stirs += 1
            case Announce():
                pass

    def _wake(self, node: Node, wake: int) -> None:
        if wake == node.wake:
            self.happen(node.number, Woke())

    def _send(self, node: Node, effect: SendFrame) -> None:
        node.sent.append(effect.payload)
        node.sent_at.append(self.now_ms)
        node.orders.append(effect)
        boot = node.boot
        self._at(self.now_ms + 20, lambda: self._accepted(node, boot, effect.ticket))
        on_air_ms = self.now_ms + 50 + self.airtime(len(effect.payload))
        for other in self.nodes.values():
            is_meant = effect.to_node in (None, FIRST_NODE + other.number)
            if is_meant and frozenset((node.number, other.number)) in self.links and other is not node:
                self._at(on_air_ms, lambda other=other: self._arrive(node.number, other, effect.payload))

    def _accepted(self, node: Node, boot: int, ticket: int) -> None:
        if node.boot == boot:
            self.happen(node.number, FrameOutcome(ticket, Outcome.ACCEPTED))

    def _arrive(self, sender: int, receiver: Node, payload: bytes) -> None:
        if frozenset((sender, receiver.number)) not in self.links:
            return
        heard = self.medium(sender, receiver.number, payload)
        if heard is not None:
            self.happen(receiver.number, FrameHeard(heard, self.relays, FIRST_NODE + sender))
