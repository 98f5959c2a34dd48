"""One simulated radio for a simulator of many stations: as `Device`, without client stream, settings and admin.

    on the air:   the same router, modem and duty cycle as `Device`, both generations
    to the host:  what `hardware.link` would tell the station: payloads, the outcomes of its frames, channel use

Switched off, a radio forgets its queue, the packets it has seen, its airtime account and what waits for the host.
"""

import random
from dataclasses import dataclass

from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2
from hardware.radio import BROADCAST_NODE, AirUse, Outgoing
from hardware.simulated.air import Air, AirFrame
from hardware.simulated.channels import factory_channel
from hardware.simulated.conduct import Conduct
from hardware.simulated.contacts import EverybodysKeys, Keys
from hardware.simulated.duty_cycle import DutyCycle
from hardware.simulated.host_port import Host, HostPort
from hardware.simulated.identity import Generation, Identity
from hardware.simulated.metrics import METRICS_S
from hardware.simulated.modem import Modem
from hardware.simulated.node_info import Reaction
from hardware.simulated.results import Result
from hardware.simulated.router import Router
from hardware.simulated.scheduler import Scheduler, Timer
from hardware.simulated.wall_clock import WallClock

__all__ = ["BareRadio", "Host"]

_PORTS = portnums_pb2.PortNum


@dataclass(slots=True)
class _Running:
    """All that a radio has only while it is on."""

    router: Router
    modem: Modem
    duty_cycle: DutyCycle
    since_s: float
    minute: Timer


class BareRadio:
    """A radio on the air with a host behind it, or without one.

    Args:
        name: on the air.
        node_number: its own, kept through power cuts.
        generation: of its firmware.
        air: shared by all radios.
        scheduler: shared by all radios.
        chance: of this radio alone.
        keys: whose keys it knows: of all nodes, unless told otherwise.
        conduct: role, rebroadcast mode and channels, the first of which is the stations'; those of the factory when
            None.
        signs: whether it signs broadcasts; as its generation does when None.
    """

    def __init__(
        self,
        name: str,
        node_number: int,
        generation: Generation,
        *,
        air: Air,
        scheduler: Scheduler,
        chance: random.Random,
        keys: Keys | None = None,
        conduct: Conduct | None = None,
        signs: bool | None = None,
    ) -> None:
        self.name = name
        self._identity = Identity.named(name, node_number)
        self._generation = generation
        self._air = air
        self._scheduler = scheduler
        self._chance = chance
        self._keys = EverybodysKeys() if keys is None else keys
        self._conduct = Conduct((factory_channel(air.preset),)) if conduct is None else conduct
        self._signs = generation is Generation.V2_8 if signs is None else signs
        self._running: _Running | None = None
        self._port = HostPort(node_number, air.preset.name, self, scheduler)

    @property
    def node_number(self) -> int:
        """Its own number."""
        return self._identity.node_number

    @property
    def is_on(self) -> bool:
        """Whether it has power."""
        return self._running is not None

    @property
    def free(self) -> int:
        """Places free in its transmit queue."""
        return 0 if self._running is None else self._running.modem.free

    def switch_on(self) -> None:
        """Give it power; harmless when it has."""
        if self._running is None:
            self._running = self._boot()
            self._air.join(self.name, self)

    def switch_off(self) -> None:
        """Take its power away; harmless when it has none. Frames of its host that are open end as on a lost link."""
        running, self._running = self._running, None
        if running is None:
            return
        self._air.leave(self.name)
        running.minute.cancel()
        running.modem.switch_off()
        running.router.switch_off()
        self._port.power_gone()

    def attach(self, host: Host) -> None:
        """Let a host listen; what waited comes at once. Another that listened is detached."""
        self._port.attach(host)

    def detach(self) -> None:
        """Let the host go; its open tickets get no answer any more, its frames in the radio go out all the same."""
        self._port.detach()

    def send(self, outgoing: Outgoing) -> None:
        """Take a frame of the attached host; every outcome comes through it, later.

        Raises:
            RuntimeError: no host is attached that could hear of it.
        """
        self._port.send(outgoing, is_on=self.is_on)

    def inject(self, payload: bytes, hop_limit: int, from_node: int | None = None) -> bool:
        """Broadcast a payload that no host gave it, as a hostile radio would; see `Router.inject`."""
        return self._running is not None and self._running.router.inject(payload, hop_limit, from_node)

    def hear(self, frame: AirFrame, snr_db: float, airtime_us: int) -> None:
        """Take a frame from the air."""
        if (running := self._running) is not None:
            running.duty_cycle.heard(airtime_us / 1e6, self._scheduler.now_s() - running.since_s)
            running.router.hear(frame, snr_db, airtime_us)
            running.modem.heard()

    def hear_noise(self, airtime_us: int) -> None:
        """Take note that the channel was taken."""
        if (running := self._running) is not None:
            running.duty_cycle.heard(airtime_us / 1e6, self._scheduler.now_s() - running.since_s)
            running.modem.heard()

    def new_packet_id(self) -> int:
        """Draw a packet number."""
        return self._on().router.new_packet_id()

    def take(self, outgoing: Outgoing, packet_id: int) -> Result:
        """Queue a frame of the host, and say what the queue report says."""
        packet = mesh_pb2.MeshPacket(
            to=BROADCAST_NODE if outgoing.destination is None else outgoing.destination,
            id=packet_id,
            hop_limit=outgoing.hop_limit,
            want_ack=outgoing.want_ack,
            priority=mesh_pb2.MeshPacket.Priority.ValueType(outgoing.priority),
            decoded=mesh_pb2.Data(
                portnum=_PORTS.TEXT_MESSAGE_APP if outgoing.is_text else _PORTS.PRIVATE_APP, payload=outgoing.payload
            ),
        )
        _, result = self._on().router.originate(packet)
        if outgoing.destination == self.node_number and outgoing.want_ack:
            self._port.routed(packet_id, result)
        return result

    def minutes_to_wait(self) -> int:
        """Tell how long the duty cycle forbids sending; 0 when it does not."""
        running = self._on()
        return running.duty_cycle.minutes_to_wait(self._scheduler.now_s() - running.since_s)

    def _on(self) -> _Running:
        assert self._running is not None
        return self._running

    def _boot(self) -> _Running:
        since_s, duty_cycle = self._scheduler.now_s(), DutyCycle()

        def uptime_s() -> float:
            return self._scheduler.now_s() - since_s

        modem = Modem(
            self.name,
            self._air,
            self._scheduler,
            self._chance,
            channel_use_pct=lambda: duty_cycle.channel_use_pct(uptime_s()),
            sent=lambda airtime_us: duty_cycle.sent(airtime_us / 1e6, uptime_s()),
            place_free=self._port.place_free,
        )
        router = Router(
            identity=self._identity,
            generation=self._generation,
            signs=self._signs,
            conduct=lambda: self._conduct,
            contacts=self._keys,
            clock=WallClock(self._scheduler),
            modem=modem,
            is_silenced=lambda: duty_cycle.minutes_to_wait(uptime_s()) > 0,
            scheduler=self._scheduler,
            chance=self._chance,
            to_client=self._port,
            read=lambda _frame, _data: Reaction.NONE,
        )
        minute = self._scheduler.call_at(since_s + METRICS_S, self._minute_over)
        return _Running(router, modem, duty_cycle, since_s, minute)

    def _minute_over(self) -> None:
        running, now_s = self._on(), self._scheduler.now_s()
        running.minute = self._scheduler.call_at(now_s + METRICS_S, self._minute_over)
        if not self._port.has_waiting:
            uptime_s = now_s - running.since_s
            duty_cycle = running.duty_cycle
            use = AirUse(duty_cycle.channel_use_pct(uptime_s), duty_cycle.sending_pct(uptime_s), int(uptime_s))
            self._port.measured(use)
