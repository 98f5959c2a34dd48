"""Who takes part: keys, certificates and a roster for every station and person, drawn from the seed.

The network is one that never was: its root is drawn here too, so nothing signed in a simulation verifies elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from node.simulation.scenario import FunctionPlan, Scenario, StationPlan
from protocol import confidential
from protocol.bodies import Body
from protocol.confidential import Between
from protocol.numbers import Address, Kind
from protocol.receipts import receipt_key
from protocol.revocations import RevocationBody, RevocationReason, key_fingerprint
from protocol.roster import Roster
from protocol.statements import (
    AuthorityBody,
    FunctionBody,
    OperatorBody,
    Right,
    Statement,
    StationBody,
    sign_statement,
)

AUTHORITY: Final = 1
RIGHTS: Final = Right.FLASH | Right.ORDERS
"""Of everybody; who hands in a revocation may release it."""
OPERATORS_AT_ONE_MAX: Final = 8
"""Numbers kept for the people of one station."""


def operator_numbers(plan: StationPlan) -> tuple[int, ...]:
    """The people of a station."""
    first = plan.number * OPERATORS_AT_ONE_MAX
    return tuple(range(first, first + min(plan.operators, OPERATORS_AT_ONE_MAX)))


@dataclass(frozen=True, slots=True)
class Keys:
    """Of one holder."""

    signing: Ed25519PrivateKey
    exchange: X25519PrivateKey

    @property
    def public(self) -> bytes:
        """The public half of the signing key."""
        return self.signing.public_key().public_bytes_raw()


class Cast:
    """Everybody's keys, and the roster that certifies them.

    Args:
        scenario: who there is.
        seed: draws the keys: the same seed, the same signatures.
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self._seed = seed
        self._keys: dict[str, Keys] = {}
        root, authority = self.keys("root"), self.keys("authority")
        body = AuthorityBody(public_key=authority.public, code="SIM", name="Simuleret kommune")
        self._root = root
        statements = [self._sealed(Statement(body=body, number=AUTHORITY, issuer=0, renewal=0, birth=b"auth"), root)]
        for plan in scenario.stations:
            statements.append(self._certified(plan.number, self._station_body(plan)))
            may_revoke = any(revocation.station == plan.number for revocation in scenario.revocations)
            rights = RIGHTS | Right.REVOCATIONS if may_revoke else RIGHTS
            statements += [
                self._certified(number, _person(self, number, plan, rights)) for number in operator_numbers(plan)
            ]
        statements += [self._certified(function.number, _function_body(function)) for function in scenario.functions]
        self.statements = tuple(statements)
        self.revocations = tuple(self._revoked(scenario.station(each.of)) for each in scenario.revocations)
        """Signed and not handed in yet, in the scenario's order."""
        self.roster, dropped = Roster.build(root.public, self.statements)
        if dropped:
            raise ValueError(f"{len(dropped)} certificates of the cast do not hold: {dropped[0]}")

    def keys(self, name: str) -> Keys:
        """The keys of a holder."""
        if name not in self._keys:
            signing, exchange = (
                sha256(f"{self._seed} {use} {name}".encode()).digest() for use in ("signing", "exchange")
            )
            self._keys[name] = Keys(
                Ed25519PrivateKey.from_private_bytes(signing), X25519PrivateKey.from_private_bytes(exchange)
            )
        return self._keys[name]

    def sealed_by_authority(self, statement: Statement) -> bytes:
        """Sign a further statement, such as a revocation."""
        return self._sealed(statement, self.keys("authority"))

    def _station_body(self, plan: StationPlan) -> StationBody:
        keys = self.keys(f"station {plan.number}")
        return StationBody(
            public_key=keys.public,
            exchange_key=keys.exchange.public_key().public_bytes_raw(),
            incarnation=1,
            code=plan.code,
            name=plan.name,
        )

    def _revoked(self, plan: StationPlan) -> bytes:
        """The end of the key of the last person of a station."""
        person = operator_numbers(plan)[-1]
        public = self.keys(f"operator {person}").public
        body = RevocationBody(
            subject=Kind.OPERATOR, key_fingerprint=key_fingerprint(public), reason=RevocationReason.STOLEN
        )
        birth = birth_of(OperatorBody, person)
        return self.sealed_by_authority(Statement(body=body, number=person, issuer=AUTHORITY, renewal=0, birth=birth))

    def _certified(self, number: int, body: Body) -> bytes:
        birth = birth_of(type(body), number)
        return self.sealed_by_authority(Statement(body=body, number=number, issuer=AUTHORITY, renewal=0, birth=birth))

    def _sealed(self, statement: Statement, issuer: Keys) -> bytes:
        return sign_statement(statement, self._root.public, issuer.public, issuer.signing.sign).encode()


def birth_of(body: type[Body], number: int) -> bytes:
    """Draw what tells a number's holder from an earlier one."""
    return sha256(f"{body.__name__} {number}".encode()).digest()[:4]


def _person(cast: Cast, number: int, plan: StationPlan, rights: Right) -> OperatorBody:
    return OperatorBody(
        public_key=cast.keys(f"operator {number}").public,
        rights=rights,
        home_station=plan.number,
        code=f"P{number}",
        name=f"Person {number}",
    )


def _function_body(plan: FunctionPlan) -> FunctionBody:
    return FunctionBody(home_stations=plan.homes, deputy=plan.deputy, code=plan.code, name=plan.code)


class CastSigner:
    """Signs with the keys of one station and its people. Implements `node.core.ports.Signer`.

    Args:
        cast: has the keys.
        plan: of the station; its people are on duty.
    """

    def __init__(self, cast: Cast, plan: StationPlan) -> None:
        self._cast = cast
        self._number = plan.number
        self._station = cast.keys(f"station {plan.number}")
        self._open = set(operator_numbers(plan))
        self._roster = cast.roster
        self._receipt_keys: dict[tuple[int, int], bytes] = {}
        self._station_keys: dict[tuple[bytes, Between], bytes] = {}

    def sign_as_station(self, message: bytes) -> bytes:
        """Sign with the station's key."""
        return self._station.signing.sign(message)

    def sign_as_operator(self, operator: int, message: bytes) -> bytes:
        """Sign with a person's key. Raises KeyError when the person is not on duty."""
        if operator not in self._open:
            raise KeyError(operator)
        return self._cast.keys(f"operator {operator}").signing.sign(message)

    def operators(self) -> Sequence[int]:
        """Who is on duty, ascending."""
        return sorted(self._open)

    def use_roster(self, roster: Roster) -> Sequence[int]:
        """Go by a newer roster; who is put off duty by it, ascending."""
        self._roster = roster
        self._receipt_keys.clear()
        leaving = [one for one in self.operators() if not self._is_good(one)]
        self._open.difference_update(leaving)
        return leaving

    def lock(self, operator: int) -> None:
        """Take a person off duty."""
        self._open.discard(operator)

    def receipt_key(self, issuer: int, origin: int) -> bytes | None:
        """The key for receipts between this station and another."""
        known = self._receipt_keys.get((issuer, origin))
        if known is not None:
            return known
        ours, theirs = self._roster.station(issuer), self._roster.station(origin)
        if ours is None or theirs is None:
            return None
        peer = theirs if issuer == self._number else ours
        key = self._receipt_keys[issuer, origin] = receipt_key(
            self._station.exchange,
            peer.body.exchange_key,
            root=self._roster.root,
            issuer_public=ours.body.public_key,
            origin_public=theirs.body.public_key,
        )
        return key

    def public_key(self, *, exercise: bool) -> bytes | None:
        """The public half of the station's key."""
        return None if exercise else self._station.public

    def station_key(self, peer_exchange: bytes, between: Between) -> bytes | None:
        """The key of confidential content shared with another station."""
        if between.drill:
            return None
        known = self._station_keys.get((peer_exchange, between))
        if known is None:
            known = confidential.station_key(self._station.exchange, peer_exchange, between)
            self._station_keys[peer_exchange, between] = known
        return known

    def _is_good(self, operator: int) -> bool:
        key = self._cast.keys(f"operator {operator}").public
        is_ended = self._roster.revocation_of(Address(Kind.OPERATOR, operator), key) is not None
        return key in self._roster.keys(Kind.OPERATOR, operator) and not is_ended
