"""What no request may do to a station."""

from pathlib import Path

from node.api.faults import Fault, FaultCode, Refused
from node.api.methods import FIND, PREVIEW, SEND, AskPrice, Find, Found, Send
from node.client.blocking import Client
from tests.support.daemons import bavn, daemon
from tests.support.network import KHJ, STAFF
from tests.support.station_files import station_files


def fault_of(client: Client, ask: AskPrice | Send) -> Fault:
    try:
        client.call(PREVIEW, ask) if isinstance(ask, AskPrice) else client.call(SEND, ask)
    except Refused as refused:
        return refused.fault
    raise AssertionError("it was taken")


def test_a_number_of_thousands_of_digits_is_nobodys_and_ends_nothing(tmp_path: Path) -> None:
    files = station_files(tmp_path / "staff", STAFF, (KHJ,))
    number = "station:" + "9" * 20_000
    with daemon(files), Client(files.socket) as client:
        assert client.call(FIND, Find(number)) == Found(())
        assert fault_of(client, AskPrice(number, "x")).code is FaultCode.UNKNOWN_RECIPIENT
        assert fault_of(client, Send(number, "x")).code is FaultCode.UNKNOWN_RECIPIENT
        assert bavn("status", "--config", files.config).returncode == 0
