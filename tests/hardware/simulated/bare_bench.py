"""Bare radios on a virtual clock, each with a host that notes what it is told."""

import itertools
import random
from collections.abc import Iterable

from hardware.airtime import PRESETS
from hardware.radio import Outcome, Outgoing
from hardware.simulated.air import Air, Link
from hardware.simulated.bare_radio import BareRadio
from hardware.simulated.contacts import Keys
from hardware.simulated.identity import Generation, Identity
from hardware.simulated.reception import Capture
from hardware.simulated.scheduler import VirtualScheduler
from hardware.simulated.timing import Timing


class NotingHost:
    """A host that only notes."""

    def __init__(self, scheduler: VirtualScheduler) -> None:
        self._scheduler = scheduler
        self.payloads: list[tuple[float, bytes]] = []
        self.hops: list[int | None] = []
        self.from_nodes: list[int] = []
        self.answers: list[tuple[float, int, Outcome]] = []
        self.uses: list[tuple[float, float]] = []

    def heard(self, payload: bytes, from_node: int, hops: int | None) -> None:
        self.payloads.append((self._scheduler.now_s(), payload))
        self.from_nodes.append(from_node)
        self.hops.append(hops)

    def answered(self, ticket: int, outcome: Outcome) -> None:
        self.answers.append((self._scheduler.now_s(), ticket, outcome))

    def measured(self, channel_use_pct: float, sent_hour_pct: float, uptime_s: int | None) -> None:
        self.uses.append((channel_use_pct, sent_hour_pct))

    def outcomes(self, ticket: int) -> list[Outcome]:
        return [outcome for _, each, outcome in self.answers if each == ticket]

    def heard_s(self, payload: bytes) -> float | None:
        """Tell when a payload came first; None when it never did."""
        return next((at_s for at_s, each in self.payloads if each == payload), None)


class BareBench:
    """Bare radios by name, linked in a chain or as told, hosts attached."""

    def __init__(
        self,
        names: Iterable[str],
        *,
        preset: str = "LONG_FAST",
        generation: Generation = Generation.V2_7,
        seed: int = 1,
        link: Link | None = Link(8.0),  # noqa: B008 - frozen
        keys: Keys | None = None,
        signs: bool | None = None,
        capture: Capture | None = None,
        timing: Timing | None = None,
        handling_s: float = 0.0,
    ) -> None:
        self.names = list(names)
        self.scheduler = VirtualScheduler()
        self.air = Air(
            self.scheduler,
            PRESETS[preset],
            random.Random(seed),
            capture=capture,
            timing=timing,
            handling_s=handling_s,
        )
        self.radios = {
            name: BareRadio(
                name,
                Identity.named(name).node_number,
                generation,
                air=self.air,
                scheduler=self.scheduler,
                chance=random.Random(f"{seed} {name}"),
                keys=keys,
                signs=signs,
            )
            for name in self.names
        }
        self.hosts = {name: NotingHost(self.scheduler) for name in self.names}
        if link is not None:
            for one, other in itertools.pairwise(self.names):
                self.air.set_link(one, other, link)
        for name, radio in self.radios.items():
            radio.switch_on()
            radio.attach(self.hosts[name])

    def number(self, name: str) -> int:
        return self.radios[name].node_number

    def send(self, name: str, outgoing: Outgoing) -> None:
        self.radios[name].send(outgoing)

    def run(self, seconds: float) -> None:
        self.scheduler.run_until(self.scheduler.now_s() + seconds)


def broadcast(ticket: int, payload: bytes = b"hello", *, want_ack: bool = False, hop_limit: int = 3) -> Outgoing:
    return Outgoing(ticket, payload, hop_limit, want_ack, None, 64)


def direct(ticket: int, to: int, payload: bytes = b"hello") -> Outgoing:
    return Outgoing(ticket, payload, 3, True, to, 64)
