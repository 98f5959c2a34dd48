"""What a device tells its client of itself unasked: channel use every minute, what it has counted every 15 minutes.

Neither while packets wait for the client: so an absent one finds one report of each. (Firmware
src/modules/Telemetry/DeviceTelemetry.cpp.)
"""

from collections.abc import Callable
from dataclasses import dataclass

from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2, telemetry_pb2
from hardware.simulated.air import Tally
from hardware.simulated.client_port import ClientPort
from hardware.simulated.identity import EVERYBODY
from hardware.simulated.scheduler import Scheduler, Timer
from hardware.simulated.speech import packet

METRICS_S = 60.0
STATS_S = 900.0

_POWERED = 101
_NOISE_FLOOR_DBM = -120


@dataclass(frozen=True, slots=True)
class Look:
    """How things stand with a device."""

    channel_pct: float
    """Share of the last minute in which the channel was taken."""
    sending_pct: float
    """Share of the last hour spent sending."""
    uptime_s: int
    epoch_s: int
    """The device's time, 0 when it has none."""
    nodes: int
    """Known, itself included."""
    tally: Tally


class Metrics:
    """The reports of one device since it was switched on.

    Args:
        own_number: of the device.
        scheduler: shared with the device.
        port: where the reports go.
        look: asks how things stand.
        new_packet_id: draws the numbers of the reports.
    """

    def __init__(
        self,
        own_number: int,
        scheduler: Scheduler,
        port: ClientPort,
        *,
        look: Callable[[], Look],
        new_packet_id: Callable[[], int],
    ) -> None:
        self._own_number = own_number
        self._scheduler = scheduler
        self._port = port
        self._look = look
        self._new_packet_id = new_packet_id
        self._stats_s: float | None = None
        self._timer: Timer | None = None

    def switch_on(self) -> None:
        """Begin."""
        self._timer = self._scheduler.call_at(self._scheduler.now_s() + METRICS_S, self._minute_over)

    def switch_off(self) -> None:
        """Tell nothing more."""
        if self._timer is not None:
            self._timer.cancel()

    def _minute_over(self) -> None:
        self.switch_on()
        if self._port.has_packets:
            return
        look, now_s = self._look(), self._scheduler.now_s()
        self._tell(look, telemetry_pb2.Telemetry(time=look.epoch_s, device_metrics=_device_metrics(look)))
        if self._stats_s is None or now_s - self._stats_s >= STATS_S:
            self._stats_s = now_s
            self._tell(look, telemetry_pb2.Telemetry(time=look.epoch_s, local_stats=_local_stats(look)))

    def _tell(self, look: Look, telemetry: telemetry_pb2.Telemetry) -> None:
        message = mesh_pb2.MeshPacket(
            to=EVERYBODY,
            id=self._new_packet_id(),
            rx_time=look.epoch_s,
            hop_limit=3,
            priority=mesh_pb2.MeshPacket.Priority.BACKGROUND,
            decoded=mesh_pb2.Data(portnum=portnums_pb2.PortNum.TELEMETRY_APP, payload=telemetry.SerializeToString()),
        )
        setattr(message, "from", self._own_number)
        self._port.heard(packet(message), is_text=False)


def _device_metrics(look: Look) -> telemetry_pb2.DeviceMetrics:
    return telemetry_pb2.DeviceMetrics(
        battery_level=_POWERED,
        voltage=0.0,
        channel_utilization=look.channel_pct,
        air_util_tx=look.sending_pct,
        uptime_seconds=look.uptime_s,
    )


def _local_stats(look: Look) -> telemetry_pb2.LocalStats:
    return telemetry_pb2.LocalStats(
        uptime_seconds=look.uptime_s,
        channel_utilization=look.channel_pct,
        air_util_tx=look.sending_pct,
        num_packets_tx=look.tally.packets_sent,
        num_packets_rx=look.tally.packets_heard,
        num_packets_rx_bad=look.tally.collisions,
        num_online_nodes=look.nodes,
        num_total_nodes=look.nodes,
        noise_floor=_NOISE_FLOOR_DBM,
    )
