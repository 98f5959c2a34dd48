"""Requests to a simulation survive the way there and back; anything else is refused with a reason."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.simulated.air import Link
from hardware.simulated.faults import Fault, FaultKind
from hardware.simulated.requests import (
    LINE_BYTES_MAX,
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
    format_answer,
    format_request,
    parse_answer,
    parse_request,
)

WORDS = st.sampled_from(["", "a", "b", "00", "0g", "hang", "slow"])
NEAR_MISSES = st.fixed_dictionaries(
    {"do": st.sampled_from(["power", "link", "inject", "fault", "report", "log"])},
    optional=dict.fromkeys(
        ["device", "on", "between", "snr_db", "loss", "payload", "hop_limit", "from_node", "kind", "for_s", "amount"],
        st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.lists(WORDS),
    ),
)


@pytest.mark.parametrize(
    "request_",
    [
        Power("relay", on=False),
        ChangeLink("a", "b", Link(-3.5, 1.0)),
        Inject("relay", bytes(231), 7, 0x12345678),
        Inject("relay", b"\x00", 0, None),
        Trouble(Fault(0.0, "relay", FaultKind.REBOOT, 8.0)),
        Trouble(Fault(0.0, "relay", FaultKind.SLOW, 60.0, 500.0)),
        ReadReport(),
        ReadLog(),
    ],
)
def test_request_survives_the_way(request_: Request) -> None:
    line = format_request(request_)
    assert parse_request(line) == request_
    assert len(line) <= LINE_BYTES_MAX


@pytest.mark.parametrize(
    "answer",
    [
        Done(),
        Refused("no"),
        Done(report=(DeviceReport("a", 1, ("tcp://h:1", "serial:///p"), True, False, 3, 0.5, 4, 5, 6, 7, 8, 9),)),
        Done(log=(Transmission(1.5, "a", 1, 2, 3, 3, 3, 40, 50, ("b", "c"), "00ff"),)),
        Done(report=()),
        Done(log=()),
    ],
)
def test_answer_survives_the_way(answer: Done | Refused) -> None:
    assert parse_answer(format_answer(answer)) == answer


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 4000,
        b'{"do": "dance"}',
        b'{"do": "power", "device": "a", "on": 1}',
        b'{"do": "link", "between": ["a"], "snr_db": 1}',
        b'{"do": "link", "between": ["a", "b"], "snr_db": NaN}',
        b'{"do": "link", "between": ["a", "b"], "snr_db": 1, "loss": 2}',
        b'{"do": "inject", "device": "a", "payload": "0"}',
        b'{"do": "inject", "device": "a", "payload": ""}',
        b'{"do": "inject", "device": "a", "payload": "' + b"00" * 232 + b'"}',
        b'{"do": "inject", "device": "a", "payload": "00", "hop_limit": 8}',
        b'{"do": "inject", "device": "a", "payload": "00", "from_node": 0}',
        b'{"do": "fault", "device": "a", "kind": "plague"}',
        b'{"do": "fault", "device": "a", "kind": "hang", "for_s": -1}',
        b'{"do": "fault", "device": "a", "kind": "slow", "amount": 1}',
    ],
)
def test_line_that_is_no_request_is_refused(line: bytes) -> None:
    assert isinstance(parse_request(line), Refused)


@settings(deadline=None)  # a busy machine is no failure
@given(st.binary() | st.builds(lambda said: json.dumps(said).encode(), NEAR_MISSES))
def test_any_line_is_taken_without_raising(line: bytes) -> None:
    parse_request(line)
