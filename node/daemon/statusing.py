"""One look at a station: the core's snapshot, the radio's link, clock and store in one answer."""

from collections.abc import Mapping, Sequence
from typing import Final

from hardware.radio import LinkHealth, Refusal
from node.api.messages import Precedence
from node.api.status import (
    Airtime,
    Arriving,
    ClockState,
    Contact,
    Drops,
    Person,
    RadioCount,
    RadioState,
    RevokedUse,
    Status,
    StoreState,
    Waiting,
)
from node.core.numbering import human_number
from node.core.snapshot import ArrivingSnapshot, ContactSnapshot, StationSnapshot
from node.core.surroundings import Surroundings
from node.daemon import whom
from node.daemon.alarming import shown_alarms
from node.daemon.counting import counting
from node.daemon.link_state import LinkState
from node.daemon.premises import Premises
from node.daemon.showing import Showing
from node.store.views import count_waiting
from protocol.numbers import Address, Kind

NOT_TAKEN: Final = "not_taken"
"""The reason of frames that came faster than the station could verify them."""


def status_of(premises: Premises, showing: Showing, health: LinkHealth) -> Status:
    """Put the answer together; on the store's thread.

    Args:
        premises: the station's parts.
        showing: as of now.
        health: of the radio's link, told on the event loop.
    """
    here, now = premises.here, showing.now
    snapshot = premises.station.snapshot(now)
    return Status(
        station=showing.code(here.number),
        name=here.roster.name_of(Address(Kind.STATION, here.number)),
        number=here.number,
        incarnation=here.incarnation,
        version=premises.version,
        uptime_s=(now.boot_ms - premises.started_boot_ms) // 1000,
        duty=people_on_duty(here),
        radio=_radio(premises.link, snapshot, now.boot_ms, health),
        contacts=tuple(_contact(contact, showing) for contact in snapshot.contacts),
        queue=tuple(
            Waiting(Precedence(precedence.name.lower()), count) for precedence, count in sorted(snapshot.queue.items())
        ),
        unacknowledged=count_waiting(premises.store, here.number),
        only_here=snapshot.only_here,
        airtime=Airtime(
            used_bp=snapshot.airtime_hour_bp,
            bulk_limit_bp=here.policy.bulk_share_bp,
            urgent_limit_bp=here.policy.urgent_share_bp,
            channel_use_bp=snapshot.channel_use_bp,
        ),
        power=premises.power.state(now.boot_ms),
        drops=_drops(snapshot, premises.worker.frames_lost),
        clock=ClockState(
            now=showing.clock,
            uncertainty_ms=now.utc_uncertainty_ms,
            gap_known=not snapshot.reckoning.has_unsure_ages,
        ),
        store=StoreState(
            path=str(premises.store_path),
            set_aside=str(premises.set_aside or ""),
            fault=premises.worker.store_fault,
        ),
        alarms=shown_alarms(showing),
        locked=people_locked(here),
        locks_in_s=None if snapshot.locks_in_ms is None else snapshot.locks_in_ms // 1000,
        kiosk=here.is_kiosk,
        manned=snapshot.is_manned,
        quarantined=snapshot.quarantined,
        revoked=tuple(
            RevokedUse(
                station=showing.code(use.station),
                author=whom.initials(here, use.author) if use.author else "",
                count=use.count,
            )
            for use in snapshot.revoked_uses
        ),
        arriving=tuple(_arriving(one, showing) for one in snapshot.arriving),
        awaiting=len(here.store.awaiting()),
        counting=counting(showing),
    )


def people_on_duty(here: Surroundings) -> tuple[Person, ...]:
    """Whose keys are open."""
    return _people(here, here.signer.operators())


def people_locked(here: Surroundings) -> tuple[Person, ...]:
    """Who is on duty with the key locked."""
    is_open = here.signer.operators()
    return _people(here, [one.operator for one in here.store.on_duty() if one.operator not in is_open])


def _people(here: Surroundings, operators: Sequence[int]) -> tuple[Person, ...]:
    certificates = [here.roster.operator(number) for number in operators]
    return tuple(Person(one.body.code, one.body.name) for one in certificates if one is not None)


def _drops(snapshot: StationSnapshot, frames_lost: int) -> tuple[Drops, ...]:
    counts = {str(reason): count for reason, count in snapshot.drops.items()}
    if frames_lost:
        counts[NOT_TAKEN] = frames_lost
    return tuple(Drops(reason, count) for reason, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _radio(link: LinkState, snapshot: StationSnapshot, boot_ms: int, health: LinkHealth) -> RadioState:
    return RadioState(
        address=link.address,
        is_up=link.up is not None,
        since_s=(boot_ms - link.since_boot_ms) // 1000,
        reason="" if link.up is not None else link.reason,
        firmware=link.last.firmware if link.last is not None else "",
        region=link.last.region if link.last is not None else "",
        preset=link.last.modem_preset if link.last is not None else "",
        configured_preset=link.configured_preset,
        frames_inside=snapshot.frames_in_radio,
        silent_s=health.silent_s,
        queue_free=health.queue_free,
        sent_bp=None if health.air_util_tx_pct is None else round(health.air_util_tx_pct * 100),
        restarts=health.restarts,
        reconnections=health.reconnections,
        refusals=_counts(health.refusals),
        drops=_counts(health.drops),
    )


def _counts(by_reason: Mapping[Refusal, int] | Mapping[str, int]) -> tuple[RadioCount, ...]:
    ranked = sorted(((str(reason), count) for reason, count in by_reason.items()), key=lambda one: (-one[1], one[0]))
    return tuple(RadioCount(reason, count) for reason, count in ranked)


def _arriving(one: ArrivingSnapshot, showing: Showing) -> Arriving:
    return Arriving(
        number=human_number(showing.here.roster, one.key),
        station=showing.code(one.key.station),
        author=whom.initials(showing.here, one.author) if one.author else "",
        to=showing.recipient(one.to).code,
        precedence=Precedence(one.precedence.name.lower()),
        packets_here=one.packets_here,
        packets=one.packets,
    )


def _contact(contact: ContactSnapshot, showing: Showing) -> Contact:
    return Contact(
        station=showing.code(contact.station),
        name=showing.here.roster.name_of(Address(Kind.STATION, contact.station)),
        silent_s=contact.silent_ms // 1000,
        hops=contact.hops,
        in_reach=contact.is_in_reach,
        manned=contact.is_manned,
        clock_trusted=contact.clock_trusted,
    )
