"""One simulated Meshtastic device: client port, router, modem and duty cycle, with one power switch for all.

Switched off, it loses its memory: queues, duplicates, airtime account, packets for the client. Who it is
stays, and whom it knows.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass

from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2
from hardware.simulated import speech
from hardware.simulated.air import Air, AirFrame, last_byte
from hardware.simulated.channels import factory_channel
from hardware.simulated.client_port import ClientPort, Commands, Connection
from hardware.simulated.conduct import Conduct
from hardware.simulated.contacts import Contacts
from hardware.simulated.duty_cycle import DutyCycle
from hardware.simulated.identity import EVERYBODY, Contact, Generation, Identity, Profile, firmware_version
from hardware.simulated.metrics import Look, Metrics
from hardware.simulated.modem import Modem
from hardware.simulated.node_info import NodeInfo
from hardware.simulated.router import Router
from hardware.simulated.scheduler import Scheduler
from hardware.simulated.wall_clock import WallClock


@dataclass(slots=True)
class _Running:
    """All that a device has only while it is on."""

    port: ClientPort
    router: Router
    modem: Modem
    duty_cycle: DutyCycle
    clock: WallClock
    since_s: float
    metrics: Metrics


class Device:
    """A device on the air.

    Args:
        name: on the air and in reports.
        identity: kept through power cuts.
        generation: of its firmware.
        air: shared by all devices.
        scheduler: shared by all devices.
        chance: of this device alone.
        contacts: other devices whose keys it knows from the start.
        learns: announces itself unasked, so that devices learn each other's keys.
        conduct: role, rebroadcast mode and channels; those of the factory when None.
        signs: whether it signs broadcasts; as its generation does when None.
    """

    def __init__(
        self,
        name: str,
        identity: Identity,
        generation: Generation,
        *,
        air: Air,
        scheduler: Scheduler,
        chance: random.Random,
        contacts: Iterable[Contact],
        learns: bool = False,
        conduct: Conduct | None = None,
        signs: bool | None = None,
    ) -> None:
        self.name = name
        self.identity = identity
        self._generation = generation
        self._air = air
        self._scheduler = scheduler
        self._chance = chance
        self._contacts = Contacts(contacts)
        self._conduct = Conduct(channels=(factory_channel(air.preset),)) if conduct is None else conduct
        self._signs = generation is Generation.V2_8 if signs is None else signs
        self._node_info = NodeInfo(identity, generation, self._contacts, scheduler, is_periodic=learns)
        self._running: _Running | None = None

    @property
    def is_on(self) -> bool:
        """Whether it has power."""
        return self._running is not None

    @property
    def has_client(self) -> bool:
        """Whether somebody is connected to its client port."""
        return self._running is not None and self._running.port.has_client

    @property
    def queued(self) -> int:
        """Packets in its transmit queue."""
        return 0 if self._running is None else speech.QUEUE_PLACES - self._running.modem.free

    def air_util_tx_pct(self) -> float:
        """Share of the last hour it spent sending, as far as it remembers."""
        return 0.0 if self._running is None else self._running.duty_cycle.sending_pct(self._uptime_s(self._running))

    def switch_on(self) -> None:
        """Give it power; harmless when it has."""
        if self._running is not None:
            return
        self._running = running = self._boot()
        self._air.join(self.name, self)
        self._node_info.switch_on(lambda packet: running.port.report(*running.router.originate(packet)))
        running.metrics.switch_on()

    def switch_off(self) -> None:
        """Take its power away; harmless when it has none."""
        running, self._running = self._running, None
        if running is None:
            return
        self._air.leave(self.name)
        self._node_info.switch_off()
        running.modem.switch_off()
        running.router.switch_off()
        running.port.close()
        running.metrics.switch_off()

    def set_time(self, epoch_s: int) -> None:
        """Tell it the time, as a client does: seconds since 1970."""
        if self._running is not None:
            self._running.clock.set(epoch_s)

    def client_connected(self, connection: Connection) -> None:
        """Serve a client; without power it is turned away."""
        if self._running is None:
            connection.close()
        else:
            self._running.port.connected(connection)

    def client_said(self, connection: Connection, chunk: bytes) -> None:
        """Take bytes from a client."""
        if self._running is not None:
            self._running.port.received(connection, chunk)

    def client_reads_again(self) -> None:
        """Go on writing after `Connection.can_take_more` was false."""
        if self._running is not None:
            self._running.port.flush()

    def client_left(self, connection: Connection) -> None:
        """Take note that a client has gone."""
        if self._running is not None:
            self._running.port.disconnected(connection)

    def inject(self, payload: bytes, hop_limit: int, from_node: int | None = None) -> bool:
        """Broadcast a private-port payload that no client gave it, and say whether it went into the queue.

        Args:
            payload: any bytes that fit a broadcast.
            hop_limit: 0 to 7.
            from_node: whom it claims to come from; itself when None.
        """
        if self._running is None:
            return False
        number = self.identity.node_number if from_node is None else from_node
        data = mesh_pb2.Data(portnum=portnums_pb2.PortNum.PRIVATE_APP, payload=payload, bitfield=0)
        frame = AirFrame(
            from_node=number,
            to_node=EVERYBODY,
            packet_id=self._running.router.new_packet_id(),
            hop_limit=hop_limit,
            hop_start=hop_limit,
            want_ack=False,
            relay_node=last_byte(number),
            channel=self._conduct.channel(0),
            data=data.SerializeToString(),
        )
        return self._running.router.inject(frame)

    def hear(self, frame: AirFrame, snr_db: float, airtime_us: int) -> None:
        """Take a frame from the air."""
        if (running := self._running) is not None:
            running.duty_cycle.heard(airtime_us / 1e6, self._uptime_s(running))
            running.router.hear(frame, snr_db, airtime_us)
            running.modem.heard()

    def hear_noise(self, airtime_us: int) -> None:
        """Take note that the channel was taken."""
        if (running := self._running) is not None:
            running.duty_cycle.heard(airtime_us / 1e6, self._uptime_s(running))
            running.modem.heard()

    def _boot(self) -> _Running:
        since_s = self._scheduler.now_s()
        duty_cycle, clock = DutyCycle(), WallClock(self._scheduler)

        def uptime_s() -> float:
            return self._scheduler.now_s() - since_s

        commands = Commands(
            settings=self._profile,
            send=lambda packet: router.originate(packet),
            answer=lambda to_node, packet_id, result: router.answer(to_node, packet_id, result),
            free=lambda: modem.free,
            minutes_to_wait=lambda: duty_cycle.minutes_to_wait(uptime_s()),
            new_packet_id=lambda: router.new_packet_id(),
            announce=self._node_info.announce,
            epoch_s=clock.epoch_s,
        )
        port = ClientPort(self._scheduler, commands)
        modem = Modem(
            self.name,
            self._air,
            self._scheduler,
            self._chance,
            channel_use_pct=lambda: duty_cycle.channel_use_pct(uptime_s()),
            sent=lambda airtime_us: duty_cycle.sent(airtime_us / 1e6, uptime_s()),
            place_free=port.place_free,
        )
        router = Router(
            identity=self.identity,
            generation=self._generation,
            signs=self._signs,
            preset=self._air.preset,
            conduct=lambda: self._conduct,
            contacts=self._contacts,
            clock=clock,
            modem=modem,
            is_silenced=lambda: duty_cycle.minutes_to_wait(uptime_s()) > 0,
            scheduler=self._scheduler,
            chance=self._chance,
            to_client=port,
            read=self._node_info.hear,
        )
        metrics = Metrics(
            self.identity.node_number,
            self._scheduler,
            port,
            look=lambda: Look(
                channel_pct=duty_cycle.channel_use_pct(uptime_s()),
                sending_pct=duty_cycle.sending_pct(uptime_s()),
                uptime_s=int(uptime_s()),
                epoch_s=clock.epoch_s(),
                nodes=1 + len(self._contacts.by_number()),
                tally=self._air.tallies[self.name],
            ),
            new_packet_id=router.new_packet_id,
        )
        return _Running(port, router, modem, duty_cycle, clock, since_s, metrics)

    def _profile(self) -> Profile:
        return Profile(
            identity=self.identity,
            generation=self._generation,
            preset=self._air.preset,
            firmware=firmware_version(self._generation),
            nodes=self._contacts.by_number(),
        )

    def _uptime_s(self, running: _Running) -> float:
        return self._scheduler.now_s() - running.since_s
