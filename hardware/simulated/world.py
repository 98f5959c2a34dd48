"""A whole simulated air, built from its plan: devices, links, and what can be asked of them. No sockets."""

import random
from collections.abc import Mapping
from typing import assert_never

from google.protobuf.message import DecodeError

from hardware.meshtastic_protobufs import mesh_pb2
from hardware.simulated.air import Air, AirFrame, Logged, Tally
from hardware.simulated.air_file import AirPlan
from hardware.simulated.channels import factory_channel
from hardware.simulated.conduct import Conduct
from hardware.simulated.device import Device
from hardware.simulated.faults import Fault
from hardware.simulated.requests import (
    Answer,
    ChangeLink,
    DeviceReport,
    Done,
    Inject,
    Power,
    ReadLog,
    ReadReport,
    Refused,
    Request,
    Transmission,
    Trouble,
)
from hardware.simulated.scheduler import Scheduler
from hardware.simulated.stranger import Stranger
from hardware.simulated.troubled_device import TroubledDevice


class World:
    """All devices of one plan, switched on.

    Args:
        plan: says what there is, and the seed.
        scheduler: says whose time it runs in.
    """

    def __init__(self, plan: AirPlan, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._began_s = scheduler.now_s()
        self._air = Air(scheduler, plan.preset, random.Random(f"{plan.seed} air"))  # noqa: S311 - a draw to repeat, no secret
        identities = [each.identity for each in plan.devices]
        self._devices = {
            each.name: Device(
                each.name,
                each.identity,
                plan.generation,
                air=self._air,
                scheduler=scheduler,
                # Each device draws from its own source, so that one more device does not change the others' luck.
                chance=random.Random(f"{plan.seed} {each.name}"),  # noqa: S311 - a draw to repeat, no secret
                contacts=() if plan.learns else (other for other in identities if other is not each.identity),
                learns=plan.learns,
                is_fresh=each.is_fresh,
                has_keypad=each.has_keypad,
                restart_wait_s=plan.restart_wait_s,
                conduct=Conduct((factory_channel(plan.preset),), each.role, each.rebroadcast),
            )
            for each in plan.devices
        }
        self._strangers = [
            Stranger(
                each.name,
                each.habit,
                air=self._air,
                scheduler=scheduler,
                chance=random.Random(f"{plan.seed} {each.name}"),  # noqa: S311 - a draw to repeat, no secret
            )
            for each in plan.strangers
        ]
        for each in plan.links:
            self._air.set_link(each.one, each.other, each.link)
        for device in self._devices.values():
            device.switch_on()
        self._troubled = {
            name: TroubledDevice(
                device,
                (fault for fault in plan.faults if fault.device == name),
                scheduler=scheduler,
                chance=random.Random(f"{plan.seed} faults of {name}"),  # noqa: S311 - a draw to repeat, no secret
            )
            for name, device in self._devices.items()
        }

    @property
    def devices(self) -> Mapping[str, Device]:
        """All devices by name."""
        return self._devices

    @property
    def troubled(self) -> Mapping[str, TroubledDevice]:
        """All devices by name, each with the faults planned for it: what doors lead to."""
        return self._troubled

    def answer(self, request: Request, addresses: Mapping[str, tuple[str, ...]]) -> Answer:
        """Carry out a request.

        Args:
            request: well formed; may name a device that is not here.
            addresses: where the devices serve, for the report.
        """
        # A link may lead to a stranger as well.
        known = self._air.tallies if isinstance(request, ChangeLink) else self._devices
        unknown = next((name for name in _named(request) if name not in known), None)
        if unknown is not None:
            return self._unknown(unknown)
        match request:
            case Power(device=name, on=True):
                self._devices[name].switch_on()
                return Done()
            case Power(device=name):
                self._devices[name].switch_off()
                return Done()
            case ChangeLink(one=one, other=other, link=link):
                self._air.set_link(one, other, link)
                return Done()
            case Inject(device=name, payload=payload, hop_limit=hop_limit, from_node=from_node):
                if self._devices[name].inject(payload, hop_limit, from_node):
                    return Done()
                return Refused(f"{name} has no power or no place in its queue")
            case Trouble(fault):
                self._troubled[fault.device].begin(fault)
                return Done()
            case ReadReport():
                return Done(report=tuple(self._report(name, addresses.get(name, ())) for name in self._devices))
            case ReadLog():
                return Done(log=tuple(self._transmission(logged) for logged in self._air.log))
            case _:
                assert_never(request)

    def _unknown(self, name: str) -> Refused:
        return Refused(f"no device is called {name!r}; there are {', '.join(self._devices)}")

    def _report(self, name: str, addresses: tuple[str, ...]) -> DeviceReport:
        device, tally = self._devices[name], self._air.tallies.get(name, Tally())
        return DeviceReport(
            device=name,
            node_number=device.identity.node_number,
            addresses=addresses,
            is_on=device.is_on,
            has_client=device.has_client,
            queued=device.queued,
            air_util_tx_pct=device.air_util_tx_pct(),
            packets_sent=tally.packets_sent,
            packets_heard=tally.packets_heard,
            airtime_sent_ms=tally.sent_us // 1000,
            airtime_heard_ms=tally.heard_us // 1000,
            collisions=tally.collisions,
            lost=tally.lost,
        )

    def _transmission(self, logged: Logged) -> Transmission:
        frame = logged.frame
        return Transmission(
            at_s=logged.began_s - self._began_s,
            device=logged.device,
            from_node=frame.from_node,
            to_node=frame.to_node,
            packet_id=frame.packet_id,
            hop_limit=frame.hop_limit,
            hop_start=frame.hop_start,
            lora_bytes=frame.lora_bytes,
            airtime_ms=logged.airtime_ms,
            heard_by=logged.heard_by,
            payload=_payload(frame),
        )


def _named(request: Request) -> tuple[str, ...]:
    """Tell which devices a request is about."""
    match request:
        case Power(device=name) | Inject(device=name) | Trouble(fault=Fault(device=name)):
            return (name,)
        case ChangeLink(one=one, other=other):
            return (one, other)
        case _:
            return ()


def _payload(frame: AirFrame) -> str:
    try:
        return str(mesh_pb2.Data.FromString(frame.data).payload.hex())
    except DecodeError:
        return ""  # a stranger's
