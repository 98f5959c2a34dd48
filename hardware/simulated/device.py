"""One simulated Meshtastic device: client port, router, modem and duty cycle, with one power switch for all.

Switched off, it loses its memory: queues, duplicates, airtime account, packets for the client. Who it is
stays, and whom it knows, and which settings it kept. Told by its client to restart, it is off for `RESTART_S`.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hardware.meshtastic_protobufs import mesh_pb2
from hardware.simulated import speech
from hardware.simulated.admin import RESTART_WAIT_S, Acknowledged, Admin, Answered, Unanswered
from hardware.simulated.air import Air, AirFrame
from hardware.simulated.client_port import ClientPort, Commands, Connection
from hardware.simulated.conduct import Conduct
from hardware.simulated.contacts import Contacts
from hardware.simulated.device_settings import DeviceSettings
from hardware.simulated.duty_cycle import DutyCycle
from hardware.simulated.handing_on import HandingOn
from hardware.simulated.identity import Contact, Generation, Identity, Profile, firmware_version
from hardware.simulated.metrics import Look, Metrics
from hardware.simulated.modem import Modem
from hardware.simulated.node_info import NodeInfo
from hardware.simulated.results import Result
from hardware.simulated.router import Router
from hardware.simulated.scheduler import Scheduler, Timer
from hardware.simulated.wall_clock import WallClock

RESTART_S = 0.3
"""Without power at a restart: the native build; boards take some seconds."""


@dataclass(slots=True)
class _Running:
    """All that a device has only while it is on."""

    port: ClientPort
    router: Router
    modem: Modem
    duty_cycle: DutyCycle
    admin: Admin
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
        is_fresh: as out of the box, without region and keys.
        has_keypad: a handheld with texts to choose from.
        restart_wait_s: from a write of settings to the restart.
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
        is_fresh: bool = False,
        has_keypad: bool = False,
        restart_wait_s: float = RESTART_WAIT_S,
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
        self._signs = generation is Generation.V2_8 if signs is None else signs
        self._node_info = NodeInfo(identity, generation, self._contacts, scheduler, is_periodic=learns)
        self._settings = DeviceSettings(identity, generation, air.preset, is_fresh=is_fresh)
        if conduct is not None:
            self._settings.behave(conduct)
        self._has_keypad = has_keypad
        self._restart_wait_s = restart_wait_s
        self._start: Timer | None = None
        self._switched: Callable[[], None] | None = None
        self._running: _Running | None = None

    @property
    def settings(self) -> DeviceSettings:
        """Its settings."""
        return self._settings

    def watch_power(self, switched: Callable[[], None]) -> None:
        """Call `switched` whenever the device restarts by itself: once without power, once with it again."""
        self._switched = switched

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
        if self._start is not None:
            self._start.cancel()
        if self._running is not None:
            return
        self._settings.restart()
        self._node_info.rename(self._settings.identity)
        self._running = running = self._boot()
        self._air.join(self.name, self)
        self._node_info.switch_on(lambda packet: running.port.report(*running.router.originate(packet)))
        running.metrics.switch_on()

    def switch_off(self) -> None:
        """Take its power away; harmless when it has none."""
        if self._start is not None:
            self._start.cancel()
        running, self._running = self._running, None
        if running is None:
            return
        self._air.leave(self.name)
        self._node_info.switch_off()
        running.modem.switch_off()
        running.router.switch_off()
        running.admin.switch_off()
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
        return self._running is not None and self._running.router.inject(payload, hop_limit, from_node)

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

    def _restart(self) -> None:
        self.switch_off()
        self._start = self._scheduler.call_at(self._scheduler.now_s() + RESTART_S, self._start_again)
        if self._switched is not None:
            self._switched()

    def _start_again(self) -> None:
        self.switch_on()
        if self._switched is not None:
            self._switched()

    def _administer(self, running: _Running, packet: mesh_pb2.MeshPacket) -> tuple[int, Result]:
        """Let the client change settings; it is answered like by another node."""
        packet_id, new_id = packet.id or running.router.new_packet_id(), running.router.new_packet_id()
        number = self.identity.node_number
        match running.admin.handle(packet):
            case Answered(response):
                running.port.heard(speech.admin_answer(number, packet_id, response, new_id), is_text=False)
                running.port.report(new_id, Result.NONE)
            case Acknowledged(result):
                running.port.heard(speech.admin_ack(number, packet_id, result, new_id), is_text=False)
            case Unanswered():
                pass
        return packet_id, Result.NONE

    def _boot(self) -> _Running:
        since_s = self._scheduler.now_s()
        duty_cycle, clock = DutyCycle(), WallClock(self._scheduler)

        def uptime_s() -> float:
            return self._scheduler.now_s() - since_s

        def send(packet: mesh_pb2.MeshPacket) -> tuple[int, Result]:
            return self._administer(running, packet) if admin.is_for_us(packet) else router.originate(packet)

        commands = Commands(
            settings=self._profile,
            send=send,
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
            conduct=self._settings.conduct,
            contacts=self._contacts,
            clock=clock,
            modem=modem,
            is_silenced=lambda: duty_cycle.minutes_to_wait(uptime_s()) > 0,
            scheduler=self._scheduler,
            chance=self._chance,
            to_client=HandingOn(port, self._contacts, clock),
            read=self._node_info.hear,
        )
        admin = Admin(
            self._settings,
            self._contacts,
            self._generation,
            self._scheduler,
            # Its own source, so that no other draw changes.
            random.Random(f"{self.name} {since_s}"),  # noqa: S311 - a draw to repeat, no secret
            restart=self._restart,
            restart_wait_s=self._restart_wait_s,
            has_keypad=self._has_keypad,
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
        running = _Running(port, router, modem, duty_cycle, admin, clock, since_s, metrics)
        return running

    def _profile(self) -> Profile:
        return Profile(
            identity=self._settings.identity,
            generation=self._generation,
            preset=self._air.preset,
            firmware=firmware_version(self._generation),
            nodes=self._contacts.by_number(),
            favourites=self._contacts.favourites,
            verified=self._contacts.verified,
            settings=self._settings,
        )

    def _uptime_s(self, running: _Running) -> float:
        return self._scheduler.now_s() - running.since_s
