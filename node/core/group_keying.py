"""Groups' keys made, handed out and taken in.

Only an operator of the authority that certified a group, with the right to revoke, makes its key, at a station where a
member is at home; every other such station is told confidentially. What it receipts with its signature, it has. The
newest version that a station has is the one it writes with: who lacks it reads the message once it has come, and who
should not have it any more never does.
"""

from dataclasses import replace
from typing import Final

from node.core.alarm_records import AlarmKind
from node.core.alarms import Alarms
from node.core.effects import GroupKeyGiven, Level, Refusal, Refused
from node.core.events import GroupKeyAsked
from node.core.group_keys import (
    VERSIONS_KEPT,
    GroupKey,
    Handout,
    by_age,
    exposed_by,
    holders_digest,
    holders_of,
    may_key,
)
from node.core.log_entries import LogKind
from node.core.logbook import Details
from node.core.notices import Notices
from node.core.policy import OPEN_DELIVERIES_MAX
from node.core.records import Item, Rung
from node.core.secrecy import Secrecy
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.confidential import confidential_bytes
from protocol.instants import Lifetime
from protocol.messages import SEALED_BYTES_MIN
from protocol.notices import GROUP_KEY, GROUP_VERSIONS, GroupSecret, NoticeBody
from protocol.numbers import SEQUENCE_MAX, SHORT_NUMBER_MAX, Address, Kind, Precedence
from protocol.reasons import Reason
from protocol.roster import Roster

HANDOUT_BYTES: Final = SEALED_BYTES_MIN + confidential_bytes(1) + 1 + GROUP_KEY.size
"""The frame that tells one station of a key, by an author whose number is no wide one."""
_ARRIVED: Final = (Rung.AT_STATION, Rung.UNATTENDED)


class GroupKeying:
    """The groups' keys of one station."""

    def __init__(self, here: Surroundings, notices: Notices, alarms: Alarms) -> None:
        self._here = here
        self._notices = notices
        self._alarms = alarms
        self._secrecy = Secrecy(here)
        self._watched: Roster | None = None
        notices.hand_to(GroupSecret, self._told)

    def give(self, event: GroupKeyAsked, turn: Turn) -> GroupKeyGiven | Refused:
        """Make a new version and hand it to all; or hand the newest to those who neither have it nor will soon."""
        refused = self._why_not(event)
        if refused is not None:
            return refused
        keys = by_age(self._here.store.group_keys(event.group))
        if event.secret:
            key = self._made(event, keys, turn)
            owed = other_homes(self._here, event.group)
        else:
            holders = holders_of(self._here.roster, event.group)
            key = replace(keys[0], holders=holders, holders_digest=holders_digest(holders))
            self._here.store.put_group_key(key)
            served = holders_by_proof(self._here, key) | self._on_its_way(key)
            owed = tuple(one for one in other_homes(self._here, event.group) if one not in served)
        handed = [station for station in owed if self._hand(key, station, event.author, turn)]
        left_out = tuple(station for station in owed if station not in handed)
        self.watch(turn, again=True)
        return GroupKeyGiven(key.version, tuple(handed), left_out)

    def watch(self, turn: Turn, *, again: bool = False) -> None:
        """The roster may be another one: look who has a key that he should not have."""
        here = self._here
        if here.roster is self._watched and not again:
            return
        self._watched = here.roster
        for group in sorted({key.group for key in here.store.group_keys()}):
            key = by_age(here.store.group_keys(group))[0]
            holders = holders_of(here.roster, group)
            if holders != key.holders and holders_digest(holders) == key.holders_digest:
                here.store.put_group_key(replace(key, holders=holders))
            exposed = exposed_by(key, here.roster)
            if exposed and here.number in here.roster.home_stations(Address(Kind.GROUP, group)):
                airtime_ms = here.airtime(HANDOUT_BYTES) * len(other_homes(here, group))
                self._alarms.raise_(AlarmKind.GROUP_KEY_EXPOSED, self._code(group), turn, f"{-(-airtime_ms // 1000)}")
            else:
                self._alarms.over(AlarmKind.GROUP_KEY_EXPOSED, self._code(group), turn)

    def _why_not(self, event: GroupKeyAsked) -> Refused | None:
        here = self._here
        address = Address(Kind.GROUP, event.group)
        others = other_homes(here, event.group)
        if here.roster.group(event.group) is None:
            return Refused(Refusal.UNKNOWN_RECIPIENT)
        if event.author not in here.signer.operators():
            return Refused(Refusal.NOT_ON_DUTY)
        if not may_key(here.roster, event.author, event.group):
            return Refused(Refusal.NOT_GROUPS_AUTHORITY)
        if here.number not in here.roster.home_stations(address):
            return Refused(Refusal.NOT_A_MEMBER)
        if event.group > SHORT_NUMBER_MAX:
            return Refused(Refusal.ALWAYS_OPEN)
        keys = by_age(here.store.group_keys(event.group))
        if not event.secret and not keys:
            return Refused(Refusal.NO_GROUP_KEY)
        if not event.secret and exposed_by(keys[0], here.roster):
            return Refused(Refusal.GROUP_KEY_EXPOSED)
        if here.store.last_sequence(here.incarnation) + len(others) > SEQUENCE_MAX:
            return Refused(Refusal.NUMBERS_USED_UP)
        if here.store.count_open() + len(others) > OPEN_DELIVERIES_MAX:
            return Refused(Refusal.STORE_FULL)
        return None

    def _made(self, event: GroupKeyAsked, keys: list[GroupKey], turn: Turn) -> GroupKey:
        holders = holders_of(self._here.roster, event.group)
        key = GroupKey(
            group=event.group,
            version=(keys[0].version + 1) % GROUP_VERSIONS if keys else 1,
            secret=event.secret,
            maker=self._here.number,
            holders_digest=holders_digest(holders),
            holders=holders,
            learned_at=turn.at,
            learned_utc_ms=turn.now.utc_ms,
        )
        self._keep(key)
        self._enter("made", key, event.author, turn)
        return key

    def _hand(self, key: GroupKey, station: int, author: int, turn: Turn) -> bool:
        """Queue a version for one station, whether that can be told confidentially."""
        to = Address(Kind.STATION, station)
        if self._secrecy.hindrance(to) is not None:
            return False
        body = GroupSecret(key.group, key.version, key.holders_digest, key.secret)
        item = self._notices.compose(body, to, Precedence.IMMEDIATE, turn, author=author, lifetime=Lifetime.THIRTY_DAYS)
        assert item is not None, "the numbers were counted before"
        self._here.store.put_handout(Handout(item.id, key.group, key.version, station))
        return True

    def _on_its_way(self, key: GroupKey) -> frozenset[int]:
        """The stations for whom a version is queued or sent, and neither arrived nor expired."""
        store = self._here.store
        return frozenset(
            handout.station
            for handout in store.handouts(key.group, key.version)
            if (delivery := store.delivery(handout.item_id, handout.station)) is not None and not delivery.rung.is_final
        )

    def _told(self, item: Item, body: NoticeBody, turn: Turn) -> None:
        """Another station hands us a version."""
        here = self._here
        assert isinstance(body, GroupSecret), "these are all that is handed to this machine"
        home = here.number in here.roster.home_stations(Address(Kind.GROUP, body.group))
        if not home or not may_key(here.roster, item.author, body.group):
            here.drops[Reason.BAD_ISSUER] += 1
            turn.log(Level.WARNING, f"a key of group {body.group} from station {item.issuer} was not taken")
            return
        known = next((one for one in here.store.group_keys(body.group) if one.version == body.version), None)
        if known is not None and known.secret != body.secret:
            self._alarms.raise_(AlarmKind.GROUP_KEY_CONFLICT, self._code(body.group), turn)
            return
        given_before = known.holders if known is not None else ()
        key = GroupKey(
            group=body.group,
            version=body.version,
            secret=body.secret,
            maker=item.issuer,
            holders_digest=body.holders,
            holders=tuple(sorted({*holders_of(here.roster, body.group), *given_before})),
            learned_at=turn.at,
            learned_utc_ms=turn.now.utc_ms,
        )
        self._keep(key)
        self._enter("taken", key, item.author, turn)
        here.store.take_change()  # What was locked until now may be read: screens look again.
        self.watch(turn, again=True)

    def _keep(self, key: GroupKey) -> None:
        """Store a version; of all that there are then the newest stay."""
        self._here.store.put_group_key(key)
        for old in by_age(self._here.store.group_keys(key.group))[VERSIONS_KEPT:]:
            self._here.store.delete_group_key(old.group, old.version)

    def _enter(self, step: str, key: GroupKey, author: int, turn: Turn) -> None:
        details: Details = {"group": self._code(key.group), "version": key.version, "step": step}
        self._here.logbook.enter(LogKind.REKEYED, turn, who=Address(Kind.OPERATOR, author), details=details)

    def _code(self, group: int) -> str:
        certificate = self._here.roster.group(group)
        return f"#{group}" if certificate is None else certificate.body.code


def other_homes(here: Surroundings, group: int) -> tuple[int, ...]:
    """The stations besides this one that a group's key is for, ascending."""
    return tuple(one for one in here.roster.home_stations(Address(Kind.GROUP, group)) if one != here.number)


def holders_by_proof(here: Surroundings, key: GroupKey) -> frozenset[int]:
    """The stations that are known to have a version: this one, its maker, and whose signed receipt came here."""
    store = here.store
    proven = {
        handout.station
        for handout in store.handouts(key.group, key.version)
        if (delivery := store.delivery(handout.item_id, handout.station)) is not None and delivery.rung in _ARRIVED
    }
    return frozenset({here.number, key.maker, *proven})
