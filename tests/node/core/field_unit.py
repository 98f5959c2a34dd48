"""A station with registered handhelds, and what those text and hear, by hand."""

from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count

from node.core.effects import SendFrame
from node.core.events import FrameOutcome, NodeHeard, Outcome, TextHeard
from node.core.handheld_records import HandheldText, StrayText
from node.core.records import Item, ItemKind
from protocol.decode import decode
from protocol.forms.packing import Form, decode_form
from protocol.forms.values import CodedText, Value
from protocol.frames import Message
from protocol.numbers import Address, Kind
from protocol.statements import HandheldBody, Statement
from tests.support.mesh import FORMS, Mesh
from tests.support.network import MUNICIPALITY, STAFF, SmallNetwork, signed, small_network

FIRST_NODE = 0x1000


def radio_key(number: int) -> bytes:
    return sha256(b"radio %d" % number).digest()


def handheld_statement(number: int, home: int = STAFF, *, valid_until: int = 65535) -> bytes:
    body = HandheldBody(
        node_number=FIRST_NODE + number,
        home_station=home,
        radio_key=radio_key(number),
        code=f"FE{number:02}",
        name=f"Felt {number}",
    )
    made = Statement(
        body=body, number=number, issuer=MUNICIPALITY, renewal=0, birth=b"hh%02d" % number, valid_until=valid_until
    )
    return signed(made, "authority 1")


def field_network(*numbers: int, more: tuple[bytes, ...] = ()) -> SmallNetwork:
    return small_network(*(handheld_statement(number) for number in numbers), *more)


@dataclass
class FieldUnits:
    """The handhelds around one station of a mesh."""

    mesh: Mesh
    station: int = STAFF
    are_off: set[int] = field(default_factory=set)
    screens: dict[int, list[str]] = field(default_factory=dict)
    sent_at: list[int] = field(default_factory=list)
    _packets: "count[int]" = field(default_factory=lambda: count(1))
    _looked: int = 0

    def text(
        self,
        number: int,
        text: str | bytes,
        *,
        key: bytes | None = None,
        packet_id: int = 0,
        is_for_us_alone: bool = True,
        node: int | None = None,
    ) -> None:
        """A handheld texts, and the station answers what it can at once."""
        raw = text.encode() if isinstance(text, str) else text
        heard = TextHeard(
            *(raw, FIRST_NODE + number if node is None else node, packet_id or next(self._packets)),
            is_for_us_alone=is_for_us_alone,
            sender_key=radio_key(number) if key is None else key,
            hops=1,
            snr_db=5,
            rssi_dbm=-99,
        )
        self.mesh.happen(self.station, heard)
        self.settle()

    def is_heard(self, number: int) -> None:
        self.mesh.happen(self.station, NodeHeard(FIRST_NODE + number))
        self.settle()

    def settle(self, seconds: float = 20) -> None:
        """Let time pass in which the radios of handhelds answer."""
        for _ in range(int(seconds)):
            self._deliver()
            self.mesh.run_for(1)
        self._deliver()

    def _deliver(self) -> None:
        node = self.mesh.nodes[self.station]
        while self._looked < len(node.orders):
            order, at = node.orders[self._looked], node.sent_at[self._looked]
            self._looked += 1
            if order.is_text:
                self.sent_at.append(at)
                self._answer(order)

    def _answer(self, order: SendFrame) -> None:
        assert order.to_node is not None
        number = order.to_node - FIRST_NODE
        if number in self.are_off:
            self.mesh.happen(self.station, FrameOutcome(order.ticket, Outcome.SILENT))
            return
        self.screens.setdefault(number, []).append(order.payload.decode())
        self.mesh.happen(self.station, FrameOutcome(order.ticket, Outcome.DELIVERED))

    def screen(self, number: int) -> list[str]:
        """What a handheld was texted so far, and forget it."""
        return self.screens.pop(number, [])

    def messages(self, station: int | None = None) -> list[Item]:
        """Messages of the station itself, in order."""
        store = self.mesh.nodes[station or self.station].store
        items = store.items_changed_since(0, 1000, ItemKind.MESSAGE)
        return sorted((item for item in items if item.author == 0), key=lambda item: item.key.sequence)

    def texts(self, number: int) -> list[HandheldText]:
        return list(self.mesh.nodes[self.station].store.handheld_texts(number))

    def strays(self) -> list[StrayText]:
        return list(self.mesh.nodes[self.station].store.stray_texts())


def witnessed(item: Item) -> dict[str, Value | str | None]:
    """What the form of a witnessed message says."""
    frame = decode(item.sealed)
    assert isinstance(frame, Message)
    form = decode_form(frame.body, FORMS.schemas)
    assert isinstance(form, Form)
    assert form.schema.name == "witness"
    values = {one.name: value for one, value in zip(form.schema.fields, form.values, strict=True)}
    return {name: value.raw.decode() if isinstance(value, CodedText) else value for name, value in values.items()}


def handheld(number: int) -> Address:
    return Address(Kind.HANDHELD, number)
