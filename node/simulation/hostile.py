"""A hostile radio: no machine with rules behind it, only an attack that speaks and listens.

What fills the channel is no matter of this: a jammer cannot be answered by any program, so an attack has a rate, and
the time on the air that it takes is told like everybody's.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from hardware.radio import Outcome
from hardware.simulated.bare_radio import BareRadio
from hardware.simulated.scheduler import Scheduler
from node.simulation.attacks import ATTACKS
from node.simulation.loot import Loot
from node.simulation.scenario import HostileKind, HostilePlan
from node.simulation.turncoats import conflicting, dropped, misdated, shown
from protocol.decode import decode
from protocol.frames import Message

HOP_LIMIT: Final = 3
"""Of its frames: that of everybody, so that they get as far."""
ANSWER_S: Final = (0.5, 4.0)
"""Before it answers what it heard: ahead of an honest custodian, who listens first."""
TAKEN_MAX: Final = 4_096
"""Messages of which it is remembered that custody was taken."""


class Hostile:
    """One of them. Implements `hardware.simulated.host_port.Host`.

    Args:
        plan: what it does, how often, from when to when.
        loot: what it has.
        radio: its own.
        scheduler: of the simulation.
    """

    def __init__(self, plan: HostilePlan, loot: Loot, radio: BareRadio, scheduler: Scheduler) -> None:
        self._plan = plan
        self._loot = loot
        self._radio = radio
        self._scheduler = scheduler
        self._taken: set[tuple[int, int]] = set()
        self.sent = 0
        """Frames that its radio took."""

    def begin(self) -> None:
        """Switch on and listen; speak when the scenario says."""
        self._radio.switch_on()
        self._radio.attach(self)
        self._plan_next(self._plan.begin_s)

    def heard(self, payload: bytes, from_node: int, hops: int | None) -> None:
        """Remember a frame; who drops what it takes answers a message."""
        self._loot.heard.append(payload)
        if self._plan.kind is HostileKind.DROPPING and self._is_active():
            frame = decode(payload)
            if isinstance(frame, Message) and (frame.station, frame.sequence) not in self._taken:
                if len(self._taken) < TAKEN_MAX:
                    self._taken.add((frame.station, frame.sequence))
                self._answer(dropped(self._loot, frame))

    def answered(self, ticket: int, outcome: Outcome) -> None:
        """Nothing is handed in that would be answered."""

    def measured(self, channel_use_pct: float, sent_hour_pct: float, uptime_s: int | None) -> None:
        """It cares for nobody's airtime."""

    def _is_active(self) -> bool:
        return self._plan.per_hour > 0 and self._plan.begin_s <= self._scheduler.now_s() < self._plan.end_s

    def _plan_next(self, after_s: float) -> None:
        if self._plan.per_hour > 0:
            at_s = after_s + self._loot.chance.expovariate(self._plan.per_hour / 3600)
            if at_s < self._plan.end_s:
                self._scheduler.call_at(at_s, self._speak)

    def _speak(self) -> None:
        self._plan_next(self._scheduler.now_s())
        payload = self._next()
        if payload is not None:
            self._send(payload)

    def _next(self) -> bytes | None:
        match self._plan.kind:
            case HostileKind.CONFLICTING:
                return conflicting(self._loot)
            case HostileKind.DROPPING:
                return shown(self._loot)
            case HostileKind.MISDATING:
                return misdated(self._loot)
            case kind:
                return ATTACKS[kind](self._loot)

    def _answer(self, payloads: Sequence[bytes]) -> None:
        for payload in payloads:
            at_s = self._scheduler.now_s() + self._loot.chance.uniform(*ANSWER_S)
            self._scheduler.call_at(at_s, partial(self._send, payload))

    def _send(self, payload: bytes) -> None:
        self.sent += self._radio.inject(payload, HOP_LIMIT)
