"""What people do: they write at their stations, and acknowledge what arrives there.

Texts are as long as the codes of ordinary ones: the codec itself takes longer here than all the rest of a message, and
what it makes of a text is measured elsewhere (`tests/bench/test_codecs.py`).
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hardware.simulated.scheduler import Scheduler
from node.core.events import ActPerformed, Composed
from node.core.records import Item, ItemKind
from node.simulation.box import Answer, Box
from node.simulation.cast import operator_numbers
from node.simulation.scenario import Scenario, StationPlan
from node.simulation.watching import Arrived, Fact
from protocol.frames import ActKind
from protocol.numbers import Address, Kind, Precedence

CODED_BYTES: Final = (14, 60)
"""Of a text: 50 to 230 characters at 0.26 bytes each (`make corpus`, held-out Danish)."""
THINKING_S: Final = (20.0, 600.0)
"""From the arrival of a message to its acknowledgement, for ROUTINE."""
URGENT_THINKING_S: Final = (5.0, 60.0)
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz "


class People:
    """All people of a network. Implements `node.simulation.watching.Watcher` to see what arrives.

    Args:
        scenario: says how much is written.
        boxes: the stations, by number.
        scheduler: of the simulation.
        chance: draws who writes what when.
    """

    def __init__(
        self, scenario: Scenario, boxes: Mapping[int, Box], scheduler: Scheduler, chance: random.Random
    ) -> None:
        self._scenario = scenario
        self._traffic = scenario.traffic
        self._boxes = boxes
        self._scheduler = scheduler
        self._chance = chance
        self._answering = random.Random(chance.random())  # noqa: S311 - its own, so that what arrives shifts no message
        self._plans = {plan.number: plan for plan in scenario.stations}
        self._several = [function for function in scenario.functions if len(function.homes) > 1]
        self._end_s = scenario.duration_s - self._traffic.quiet_s

    def begin(self) -> None:
        """Write the first message soon."""
        if self._traffic.messages_per_hour > 0 and len(self._plans) > 1:
            self._next_at(self._traffic.begin_s)

    def saw(self, fact: Fact, now_s: float) -> None:
        """A message arrived: somebody may acknowledge it."""
        if not isinstance(fact, Arrived) or fact.item.kind is not ItemKind.MESSAGE or not fact.item.act_wanted:
            return
        people = operator_numbers(self._plans[fact.station])
        if people and self._answering.random() < self._traffic.answered_share:
            is_urgent = fact.item.precedence <= Precedence.IMMEDIATE
            wait_s = self._answering.uniform(*(URGENT_THINKING_S if is_urgent else THINKING_S))
            act = _Act(self._boxes[fact.station], fact.item, people[0])
            self._scheduler.call_at(now_s + wait_s, act.perform)

    def _next_at(self, after_s: float) -> None:
        at_s = after_s + self._chance.expovariate(self._traffic.messages_per_hour / 3600)
        if at_s < self._end_s:
            self._scheduler.call_at(at_s, self._write)

    def _write(self) -> None:
        self._next_at(self._scheduler.now_s())
        sender, recipient, precedence = self._drawn()
        text = "".join(self._chance.choice(_LETTERS) for _ in range(self._chance.randint(*CODED_BYTES)))
        people = operator_numbers(sender)
        author = people[0] if people else 0
        box = self._boxes[sender.number]
        box.ask(lambda request: Composed(request, author, recipient, text.strip() or "x", precedence), _nothing)

    def _drawn(self) -> tuple[StationPlan, Address, Precedence]:
        """Who writes to whom, how urgently. Drawn whether or not the sender runs, so that faults shift no message."""
        sender = self._chance.choice(self._scenario.stations)
        other = self._chance.choice([plan for plan in self._scenario.stations if plan is not sender])
        precedences, shares = zip(*self._traffic.shares, strict=True)
        (precedence,) = self._chance.choices(precedences, shares)
        to = Address(Kind.STATION, other.number)
        if self._several and self._chance.random() < self._traffic.group_share:
            to = Address(Kind.FUNCTION, self._chance.choice(self._several).number)
        if precedence is Precedence.FLASH and not operator_numbers(sender):
            precedence = Precedence.IMMEDIATE  # A station by itself has no right to FLASH.
        return sender, to, precedence


@dataclass(frozen=True, slots=True)
class _Act:
    box: Box
    item: Item
    person: int

    def perform(self) -> None:
        item = self.box.store.message(self.item.key)
        if item is not None:
            self.box.ask(lambda request: ActPerformed(request, self.person, item.id, ActKind.ACKNOWLEDGED), _nothing)


def _nothing(_: Answer) -> None:
    """What became of it the watcher saw."""
