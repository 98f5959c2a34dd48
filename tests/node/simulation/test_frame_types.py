"""The type of what a radio sends is that of its frame, whatever rides on it."""

from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2
from node.simulation.frame_types import main_type
from protocol.bundles import Bundle, Rider
from protocol.custody import HoldState
from protocol.frames import Request, RequestKind
from protocol.numbers import FrameType, Precedence

REQUEST = Request(precedence=Precedence.ROUTINE, asker=3, asked=7, kind=RequestKind.INVENTORY)


def on_air(payload: bytes, port: portnums_pb2.PortNum.ValueType = portnums_pb2.PortNum.PRIVATE_APP) -> bytes:
    encoded: bytes = mesh_pb2.Data(portnum=port, payload=payload).SerializeToString()
    return encoded


def test_a_frame_is_of_its_type() -> None:
    assert main_type(on_air(REQUEST.encode())) is FrameType.REQUEST


def test_riders_do_not_change_what_a_frame_is() -> None:
    rider = Rider(station=7, sequence=5, state=HoldState.AT_STATION, mac=b"mac")
    assert main_type(on_air(Bundle((rider,), REQUEST).encode())) is FrameType.REQUEST


def test_what_radios_say_to_each_other_is_none_of_ours() -> None:
    assert main_type(on_air(b"\x18\x00", portnums_pb2.PortNum.ROUTING_APP)) is None
