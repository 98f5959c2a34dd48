"""What a device tells its client of itself unasked: channel use every minute, what it has counted every 15 minutes.

Neither while packets wait for the client: so an absent one finds one report of each. (Firmware
src/modules/Telemetry/DeviceTelemetry.cpp.)
"""

from collections.abc import Callable
from dataclasses import dataclass

from hardware.meshtastic_protobufs import telemetry_pb2
from hardware.simulated.air import Tally
from hardware.simulated.client_port import ClientPort
from hardware.simulated.scheduler import Scheduler, Timer
from hardware.simulated.speech import device_metrics, measured

METRICS_S = 60.0
STATS_S = 900.0

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
        metrics = device_metrics(
            self._own_number,
            look.channel_pct,
            look.sending_pct,
            look.uptime_s,
            self._new_packet_id(),
            look.epoch_s,
        )
        self._port.heard(metrics, is_text=False)
        if self._stats_s is None or now_s - self._stats_s >= STATS_S:
            self._stats_s = now_s
            stats = measured(self._own_number, _local_stats(look), self._new_packet_id())
            self._port.heard(stats, is_text=False)


def _local_stats(look: Look) -> telemetry_pb2.Telemetry:
    stats = telemetry_pb2.LocalStats(
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
    return telemetry_pb2.Telemetry(time=look.epoch_s, local_stats=stats)
