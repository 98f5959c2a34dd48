"""Two stations of the core behind the real link and simulated radios: what goes directly arrives, or is broadcast."""

from collections.abc import Callable
from functools import partial

import pytest

from hardware.airtime import PRESETS
from hardware.channel_price import ChannelPrice
from hardware.radio import LinkHealth, LossAssumed, Outgoing, RadioDown, RadioEvent, RadioUp
from hardware.simulated.air import AirFrame, Link
from hardware.simulated.identity import Generation
from hardware.simulated.scheduler import Timer
from node.core.effects import Announce, LogLine, Reply, SendFrame, Stir, WakeAt
from node.core.events import Composed, Event, Started, Woke
from node.core.moment import Moment
from node.core.policy import Policy
from node.core.records import Rung
from node.core.station import Station
from node.core.surroundings import Surroundings
from node.daemon.bearer import Bearer
from node.store.memory import MemoryStore
from protocol.decode import decode
from protocol.frames import Inventory
from protocol.numbers import Address, Kind, Precedence
from protocol.sealing import Ed25519Signatures
from tests.hardware.simulated.bench import Bench
from tests.hardware.virtual_link import VirtualLink
from tests.support.mesh import SeededJitter
from tests.support.network import CARE, CRISIS_STAFF, KHJ, STAFF, SmallNetwork, small_network

TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)
NAMES = {CARE: "care", STAFF: "staff"}


class VirtualRadio:
    """A link on the virtual clock, as the bearer knows one. Implements `hardware.radio.Radio`."""

    def __init__(self, bench: Bench, name: str) -> None:
        self.heard: Callable[[RadioEvent], None] = lambda event: None
        self._link = VirtualLink(bench, name, lambda event: self.heard(event))

    async def run(self, deliver: Callable[[RadioEvent], None]) -> None:
        raise NotImplementedError

    def send(self, outgoing: Outgoing) -> None:
        self._link.send(outgoing)

    def health(self) -> LinkHealth:
        raise NotImplementedError


class Machine:
    """One station with its link and its radio."""

    def __init__(self, network: SmallNetwork, number: int, bench: Bench) -> None:
        self._bench = bench
        self._wake: Timer | None = None
        self._price = ChannelPrice(PRESETS["MEDIUM_FAST"])
        self.store = MemoryStore()
        self.sent: list[SendFrame] = []
        here = Surroundings(
            number=number,
            incarnation=1,
            roster=network.roster,
            store=self.store,
            signer=network.signer(number),
            signatures=Ed25519Signatures(),
            jitter=SeededJitter(number),
            airtime=self._price,
            policy=Policy(),
            direct=self._price,
        )
        self._station = Station(here)
        radio = VirtualRadio(bench, NAMES[number])
        self._bearer = Bearer(radio, self.post, self._told)
        radio.heard = self._bearer.heard
        self.post(Started())

    def post(self, event: Event) -> None:
        now_ms = int(self._bench.scheduler.now_s() * 1000)
        effects = self._station.handle(event, Moment("boot", 1000 + now_ms, None))
        self.store.commit()
        for effect in effects:
            match effect:
                case SendFrame():
                    self.sent.append(effect)
                    # Later, as over the loop: the link may be in the middle of a call of its own.
                    self._bench.scheduler.call_at(self._bench.scheduler.now_s(), partial(self._bearer.send, effect))
                case WakeAt(boot_ms):
                    self._set_alarm(boot_ms)
                case Announce() | Stir() | LogLine() | Reply():
                    pass

    def rung(self, item_id: int) -> Rung | None:
        delivery = self.store.delivery(item_id, STAFF)
        return None if delivery is None else delivery.rung

    def _set_alarm(self, boot_ms: int | None) -> None:
        if self._wake is not None:
            self._wake.cancel()
        at_s = None if boot_ms is None else (boot_ms - 1000) / 1000 + 0.001
        self._wake = None if at_s is None else self._bench.scheduler.call_at(at_s, lambda: self.post(Woke()))

    def _told(self, event: RadioUp | RadioDown | LossAssumed) -> None:
        if isinstance(event, RadioUp):
            self._price.radio_runs(event.firmware)


class Pair:
    """The care home writes to the crisis staff; their radios hear each other."""

    def __init__(self, generation: Generation) -> None:
        network = small_network()
        network.log_in(STAFF, KHJ)
        self.bench = Bench(NAMES.values(), preset="MEDIUM_FAST", generation=generation)
        self.care, self.staff = (Machine(network, number, self.bench) for number in NAMES)
        self.bench.run(60)

    def write(self) -> tuple[int, list[SendFrame]]:
        """The message's item, and how it left until its arrival was proven."""
        before = len(self.care.sent)
        self.care.post(Composed(1, 0, TO_STAFF, "Send 200 l diesel.", Precedence.ROUTINE))
        item = self.care.store.items_changed_since(0, 64)[-1]
        for _ in range(180):
            if self.care.rung(item.id) is Rung.AT_STATION:
                break
            self.bench.run(5)
        pushes = [order for order in self.care.sent[before:] if item.sealed[-64:] in order.payload]
        return item.id, pushes

    def addressed(self) -> list[AirFrame]:
        """What went on the air for the staff's radio alone."""
        return [one.frame for one in self.bench.air.log if one.frame.to_node == self.bench.number("staff")]


@pytest.mark.parametrize(("generation", "is_direct"), [(Generation.V2_7, False), (Generation.V2_8, True)])
def test_a_message_to_a_neighbour_goes_as_the_radios_firmware_makes_it_cheap(
    generation: Generation, *, is_direct: bool
) -> None:
    pair = Pair(generation)
    item_id, pushes = pair.write()
    assert pair.care.rung(item_id) is Rung.AT_STATION
    assert [order.to_node is not None for order in pushes] == [is_direct]
    assert bool(pair.addressed()) is is_direct


def test_a_direct_message_that_is_lost_is_broadcast() -> None:
    pair = Pair(Generation.V2_8)
    pair.bench.air.set_link("care", "staff", Link(8.0, loss=1.0))
    pair.care.post(Composed(1, 0, TO_STAFF, "Er I der?", Precedence.ROUTINE))
    pair.bench.run(10)
    assert len(pair.addressed()) == 1
    pair.bench.air.set_link("care", "staff", Link(8.0))
    item = pair.care.store.items_changed_since(0, 64)[-1]
    pair.bench.run(900)
    assert pair.care.rung(item.id) is Rung.AT_STATION
    assert len(pair.addressed()) == 1


def test_a_number_nobody_has_a_key_for_is_given_up_at_once() -> None:
    pair = Pair(Generation.V2_8)
    heard = next(order.payload for order in pair.staff.sent if isinstance(decode(order.payload), Inventory))
    pair.bench.devices["staff"].inject(heard, 0, 0xDEADBEEF)
    pair.bench.run(2)
    _, (first, second) = pair.write()
    assert (first.to_node, second.to_node) == (0xDEADBEEF, None)
    assert pair.addressed() == []
