"""Serial ports as pyserial finds them: which look like radios, under which lasting name, for whom."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from hardware.radio_looks import NoRadioChosen, list_radios, only_radio
from hardware.radio_pages import COLUMNS
from hardware.serial_ports import SerialPort, serial_ports

Captured = pytest.CaptureFixture[str]


@dataclass
class FoundPort:
    """What pyserial tells of a port."""

    device: str
    vid: int | None = None
    pid: int | None = None
    manufacturer: str | None = None
    product: str | None = None


def machine(folder: Path) -> list[SerialPort]:
    """A bridge with a lasting name, a board without, a logic analyser, and a port of the machine itself."""
    for name in ("ttyUSB0", "ttyACM0", "ttyACM1", "ttyS0"):
        (folder / name).touch()
    by_id = folder / "by-id"
    by_id.mkdir()
    (by_id / "usb-Silicon_Labs_CP2102-if00").symlink_to(folder / "ttyUSB0")
    found = [
        FoundPort(str(folder / "ttyS0")),
        FoundPort(str(folder / "ttyACM1"), 0x0925, 0x3881, "Lakeview", "Logic"),
        FoundPort(str(folder / "ttyUSB0"), 0x10C4, 0xEA60, "Silicon Labs", "CP2102 \x1b[31mBridge"),
        FoundPort(str(folder / "ttyACM0"), 0x239A, 0x9999, None, None),
    ]
    return serial_ports(lambda: found, by_id)


def test_radios_come_first_under_their_lasting_names(tmp_path: Path) -> None:
    bridge, board, *others = machine(tmp_path)
    assert bridge.address == f"serial://{tmp_path}/by-id/usb-Silicon_Labs_CP2102-if00"
    assert (bridge.device, bridge.kind) == (f"{tmp_path}/ttyUSB0", "CP210x bridge: Heltec V2 and V3, T-Beam, T-LoRa")
    assert (board.address, board.kind) == (f"serial://{tmp_path}/ttyACM0", "nRF52840 board")
    assert [port.kind for port in others] == [None, None]


def test_what_a_device_says_of_itself_cannot_harm_a_screen(tmp_path: Path) -> None:
    assert machine(tmp_path)[0].product == "CP2102 [31mBridge"


def test_port_that_this_user_may_not_use_is_told_with_the_remedy(tmp_path: Path, capsys: Captured) -> None:
    gone = serial_ports(lambda: [FoundPort(str(tmp_path / "ttyACM0"), 0x303A, 0x1001)], tmp_path)
    assert not gone[0].is_allowed
    list_radios(lambda: gone, as_json=False)
    assert "add this user to the group dialout" in capsys.readouterr().out


def test_list_shows_the_address_to_write_and_fits_a_terminal(tmp_path: Path, capsys: Captured) -> None:
    ports = machine(tmp_path)
    list_radios(lambda: ports, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == ports[0].address
    assert lines[1].startswith("    CP210x bridge: Heltec V2 and V3, T-Beam, T-LoRa; USB 10c4:ea60; Silicon Labs")
    assert "    not on USB" in lines
    assert all(len(line) <= COLUMNS for line in lines if not line.startswith("serial://"))


def test_nothing_found_tells_what_to_check(tmp_path: Path, capsys: Captured) -> None:
    list_radios(lambda: machine(tmp_path)[2:], as_json=False)
    told = capsys.readouterr().out
    assert told.startswith("No serial port looks like a Meshtastic radio.")
    assert "USB cables only charge" in told
    assert "Other serial ports:\nserial://" in told
    list_radios(list, as_json=True)
    assert json.loads(capsys.readouterr().out) == []


def test_list_for_programs_has_everything(tmp_path: Path, capsys: Captured) -> None:
    list_radios(lambda: machine(tmp_path), as_json=True)
    first = json.loads(capsys.readouterr().out)[0]
    assert (first["vendor_id"], first["product_id"], first["is_allowed"]) == (0x10C4, 0xEA60, True)


def test_only_one_radio_needs_no_address(tmp_path: Path) -> None:
    ports = machine(tmp_path)
    assert only_radio(ports[1:]) == ports[1].address
    with pytest.raises(NoRadioChosen, match="there are 2 radios; say which: serial://"):
        only_radio(ports)
    with pytest.raises(NoRadioChosen, match="bavn radio list"):
        only_radio(ports[2:])


def test_this_machine_can_be_listed() -> None:
    for port in serial_ports():
        assert port.address.startswith("serial:///dev/")
        assert os.path.lexists(port.device)
