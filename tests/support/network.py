"""A small network with keys from a fixed seed: a care home, a fire station as relay, a crisis staff."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from protocol.confidential import Between, station_key
from protocol.numbers import Address, Kind
from protocol.receipts import receipt_key
from protocol.roster import Roster
from protocol.statements import (
    ALWAYS_UNTIL,
    AuthorityBody,
    FunctionBody,
    OperatorBody,
    Right,
    Statement,
    StationBody,
    sign_statement,
)

CARE, RELAY, STAFF = 1, 2, 3
MUNICIPALITY = 1
MLA, KHJ = 1, 2
CRISIS_STAFF = 1
STATIONS = {CARE: ("PLH", "Plejehjemmet Havblik"), RELAY: ("BRS", "Brandstation Nord"), STAFF: ("KRS", "Krisestaben")}
OPERATORS = {MLA: ("MLA", "Mette Larsen", CARE), KHJ: ("KHJ", "Karl Hjort", STAFF)}


def signing_key(name: str) -> Ed25519PrivateKey:
    """The same key for the same name, always."""
    return Ed25519PrivateKey.from_private_bytes(sha256(b"sign " + name.encode()).digest())


def exchange_key(name: str) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(sha256(b"exchange " + name.encode()).digest())


def _public(name: str) -> bytes:
    return signing_key(name).public_key().public_bytes_raw()


def _is_good(roster: Roster, operator: int) -> bool:
    key, address = _public(f"operator {operator}"), Address(Kind.OPERATOR, operator)
    return key in roster.keys(address.kind, operator) and roster.revocation_of(address, key) is None


class StationSigner:
    """Implements `node.core.ports.Signer` with the fixed keys."""

    def __init__(self, network: "SmallNetwork", number: int) -> None:
        self._network = network
        self._number = number
        self.keys = f"station {number}"
        """The name of its keys; a replaced station draws new ones."""
        self.on_duty: set[int] = set()
        self.roster = network.roster
        self._receipt_keys: dict[tuple[str, bytes, bytes, bytes], bytes] = {}

    def sign_as_station(self, message: bytes) -> bytes:
        return signing_key(self.keys).sign(message)

    def sign_as_operator(self, operator: int, message: bytes) -> bytes:
        if operator not in self.on_duty:
            raise KeyError(operator)
        return signing_key(f"operator {operator}").sign(message)

    def operators(self) -> Sequence[int]:
        return sorted(self.on_duty)

    def use_roster(self, roster: Roster) -> Sequence[int]:
        self.roster = roster
        leaving = [one for one in self.operators() if not _is_good(roster, one)]
        self.on_duty.difference_update(leaving)
        return leaving

    def lock(self, operator: int) -> None:
        self.on_duty.discard(operator)

    def receipt_key(self, issuer: int, origin: int) -> bytes | None:
        roster = self.roster
        ours, theirs = roster.station(issuer), roster.station(origin)
        if ours is None or theirs is None:
            return None
        peer = (theirs if issuer == self._number else ours).body.exchange_key
        between = (self.keys, peer, ours.body.public_key, theirs.body.public_key)
        if between not in self._receipt_keys:
            self._receipt_keys[between] = receipt_key(
                exchange_key(self.keys),
                peer,
                root=roster.root,
                issuer_public=ours.body.public_key,
                origin_public=theirs.body.public_key,
            )
        return self._receipt_keys[between]

    def public_key(self, *, exercise: bool) -> bytes | None:
        return None if exercise else signing_key(self.keys).public_key().public_bytes_raw()

    def station_key(self, peer_exchange: bytes, between: Between) -> bytes | None:
        return None if between.drill else station_key(exchange_key(self.keys), peer_exchange, between)


@dataclass
class SmallNetwork:
    """Roster and keys."""

    roster: Roster
    statements: tuple[bytes, ...]
    signers: dict[int, StationSigner] = field(default_factory=dict)

    def signer(self, number: int) -> StationSigner:
        return self.signers.setdefault(number, StationSigner(self, number))

    def log_in(self, station: int, operator: int) -> None:
        self.signer(station).on_duty.add(operator)

    def log_out(self, station: int, operator: int) -> None:
        self.signer(station).on_duty.discard(operator)


def signed(statement: Statement, issuer: str) -> bytes:
    """A statement with its issuer's fixed key."""
    root = signing_key("root").public_key().public_bytes_raw()
    key = signing_key(issuer)
    return sign_statement(statement, root, key.public_key().public_bytes_raw(), key.sign).encode()


def authority_statement(number: int, code: str, name: str) -> bytes:
    body = AuthorityBody(public_key=_public(f"authority {number}"), code=code, name=name)
    return signed(Statement(body=body, number=number, issuer=0, renewal=0, birth=b"aut%d" % number), "root")


def operator_statement(number: int, renewal: int = 0) -> bytes:
    code, name, home = OPERATORS[number]
    body = OperatorBody(
        public_key=signing_key(f"operator {number}").public_key().public_bytes_raw(),
        rights=Right.FLASH | Right.ORDERS,
        home_station=home,
        code=code,
        name=name,
    )
    return signed(_statement(body, number, renewal), "authority 1")


def newcomer_statement(number: int, home: int, renewal: int = 0, *, valid_until: int = ALWAYS_UNTIL) -> bytes:
    """An operator who came after the roster was made; signs with the fixed key of that number."""
    body = OperatorBody(
        public_key=_public(f"operator {number}"), rights=Right.FLASH, home_station=home, code="NYE", name="Nye Niels"
    )
    birth = b"new%d" % (number % 10)
    statement = Statement(
        body=body, number=number, issuer=MUNICIPALITY, renewal=renewal, birth=birth, valid_until=valid_until
    )
    return signed(statement, "authority 1")


def person_statement(number: int, code: str, name: str, rights: Right, home: int) -> bytes:
    """Somebody whom only some tests know; the key is `operator NUMBER`."""
    body = OperatorBody(
        public_key=signing_key(f"operator {number}").public_key().public_bytes_raw(),
        rights=rights,
        home_station=home,
        code=code,
        name=name,
    )
    return signed(_statement(body, number), "authority 1")


def function_statement(number: int, code: str, name: str, homes: tuple[int, ...], deputy: int = 0) -> bytes:
    body = FunctionBody(home_stations=homes, deputy=deputy, code=code, name=name)
    return signed(_statement(body, number), "authority 1")


def station_statement(
    number: int,
    renewal: int = 0,
    *,
    is_kiosk: bool = False,
    needs_releaser: bool = False,
    incarnation: int = 1,
    keys: str = "",
) -> bytes:
    code, name = STATIONS.get(number, (f"S{number}", f"Station {number}"))
    keys = keys or f"station {number}"
    body = StationBody(
        public_key=_public(keys),
        exchange_key=exchange_key(keys).public_key().public_bytes_raw(),
        incarnation=incarnation,
        code=code,
        name=name,
        is_kiosk=is_kiosk,
        needs_releaser=needs_releaser,
    )
    return signed(_statement(body, number, renewal), "authority 1")


def small_network(*more: bytes) -> SmallNetwork:
    """Build it anew, with further statements: nothing is shared between tests."""
    root = signing_key("root").public_key().public_bytes_raw()
    crisis_staff = FunctionBody(home_stations=(STAFF,), deputy=0, code="KRISE", name="Kriseleder")
    statements = (
        authority_statement(MUNICIPALITY, "ASK", "Assens Kommune"),
        *(station_statement(number) for number in STATIONS),
        *(operator_statement(number) for number in OPERATORS),
        signed(_statement(crisis_staff, CRISIS_STAFF), "authority 1"),
        *more,
    )
    roster, dropped = Roster.build(root, statements)
    assert not dropped, dropped
    return SmallNetwork(roster, statements)


def _statement(body: StationBody | OperatorBody | FunctionBody, number: int, renewal: int = 0) -> Statement:
    birth = bytes([len(body.code), number, 0, 1])
    return Statement(body=body, number=number, issuer=MUNICIPALITY, renewal=renewal, birth=birth)
