"""The kernel's power supplies, as real files: what they say, what they leave out, what cannot be."""

from pathlib import Path

import pytest

from hardware.power.reading import PowerFault, PowerReading
from hardware.power.sysfs import FILE_BYTES_MAX, ROOT, SUPPLIES_MAX, SysfsPower


def supply(root: Path, name: str, kind: str, **files: object) -> Path:
    folder = root / name
    folder.mkdir(parents=True)
    for file, content in {"type": kind, **files}.items():
        (folder / file).write_text(f"{content}\n")
    return folder


def battery(root: Path, name: str = "BAT0", **files: object) -> Path:
    usual = {"capacity": 78, "voltage_now": 7_420_000, "current_now": -610_000, "status": "Discharging"}
    return supply(root, name, "Battery", **{**usual, **files})


def fault(root: Path) -> str:
    with pytest.raises(PowerFault) as told:
        SysfsPower(root).read()
    return str(told.value)


def test_a_battery_and_mains(tmp_path: Path) -> None:
    battery(tmp_path)
    supply(tmp_path, "AC", "Mains", online=0)
    source = SysfsPower(tmp_path)
    assert source.read() == PowerReading(7_420, -610, 78, 1.0, on_mains=False)
    assert source.name == f"BAT0 in {tmp_path}"


def test_mains_comes_back(tmp_path: Path) -> None:
    battery(tmp_path, status="Charging", current_now=900_000)
    supply(tmp_path, "AC", "Mains", online=0)
    usb = supply(tmp_path, "usb", "USB", online=0)
    (usb / "online").write_text("1\n")
    reading = SysfsPower(tmp_path).read()
    assert (reading.on_mains, reading.current_ma) == (True, 900)


@pytest.mark.parametrize(
    ("status", "current_ua", "current_ma"),
    [
        ("Discharging", 610_000, -610),
        ("Discharging", -610_000, -610),
        ("Charging", -900_000, 900),
        ("Unknown", -610_000, -610),
        ("Unknown", 610_000, None),
        ("Full", 0, 0),
        ("Not charging", 20_000, None),
    ],
)
def test_the_status_says_which_way_the_current_runs(
    tmp_path: Path, status: str, current_ua: int, current_ma: int | None
) -> None:
    battery(tmp_path, status=status, current_now=current_ua)
    assert SysfsPower(tmp_path).read().current_ma == current_ma


@pytest.mark.parametrize(
    ("status", "online", "on_mains"),
    [
        ("Discharging", [], False),
        ("Charging", [], True),
        ("Full", [], None),
        ("Unknown", [], None),
        ("Not charging", [], None),
        ("Full", [0, 0], False),
        ("Full", [0, 2], True),
        ("Discharging", [1], True),
        ("Charging", [0], True),
    ],
)
def test_mains_is_what_feeds_else_what_the_battery_does(
    tmp_path: Path, status: str, online: list[int], on_mains: bool | None
) -> None:
    battery(tmp_path, status=status)
    for number, one in enumerate(online):
        supply(tmp_path, f"AC{number}", "Mains", online=one)
    assert SysfsPower(tmp_path).read().on_mains is on_mains


def test_what_the_driver_leaves_out_is_unknown(tmp_path: Path) -> None:
    supply(tmp_path, "gauge", "Battery", capacity=50)
    supply(tmp_path, "AC", "Mains")
    assert SysfsPower(tmp_path).read() == PowerReading(charge_percent=50)


def test_a_file_that_has_no_answer_is_unknown(tmp_path: Path) -> None:
    """As when a supply goes away while it is read: its folder is still listed."""
    folder = battery(tmp_path)
    (folder / "capacity").unlink()
    (folder / "capacity").symlink_to(tmp_path / "gone")
    assert SysfsPower(tmp_path).read().charge_percent is None


def test_the_battery_of_a_keyboard_is_not_ours(tmp_path: Path) -> None:
    battery(tmp_path, "hid-keyboard", scope="Device", capacity=3)
    assert SysfsPower(tmp_path, must_exist=False).read() == PowerReading()
    battery(tmp_path, "BAT0", scope="System")
    assert SysfsPower(tmp_path).read().charge_percent == 78


def test_an_empty_bay_is_no_battery(tmp_path: Path) -> None:
    battery(tmp_path, present=0)
    assert "no battery" in fault(tmp_path)


def test_two_batteries_are_weighed(tmp_path: Path) -> None:
    battery(tmp_path, "BAT0", capacity=100, energy_full=10_000_000)
    battery(tmp_path, "BAT1", capacity=20, energy_full=30_000_000, current_now=-90_000)
    reading = SysfsPower(tmp_path).read()
    assert (reading.charge_percent, reading.voltage_mv, reading.current_ma) == (40, None, -700)


def test_two_batteries_of_unknown_size_have_no_charge_in_common(tmp_path: Path) -> None:
    battery(tmp_path, "BAT0", charge_full=3_000_000)
    battery(tmp_path, "BAT1")
    assert SysfsPower(tmp_path).read().charge_percent is None


def test_a_ups_is_a_battery(tmp_path: Path) -> None:
    supply(tmp_path, "ups", "UPS", capacity=66)
    assert SysfsPower(tmp_path).read().charge_percent == 66


def test_no_battery_is_a_fault_only_where_one_must_be(tmp_path: Path) -> None:
    supply(tmp_path, "AC", "Mains", online=1)
    assert fault(tmp_path).startswith(f"{tmp_path}: no battery; load its driver")
    optional = SysfsPower(tmp_path, must_exist=False)
    assert optional.read() == PowerReading()
    assert optional.name == ""


def test_a_machine_without_the_folder_has_no_battery(tmp_path: Path) -> None:
    assert SysfsPower(tmp_path / "none", must_exist=False).read() == PowerReading()
    assert "no battery" in fault(tmp_path / "none")


def test_a_battery_that_appears_later_is_found(tmp_path: Path) -> None:
    source = SysfsPower(tmp_path, must_exist=False)
    source.read()
    battery(tmp_path)
    assert source.read().charge_percent == 78
    assert source.name == f"BAT0 in {tmp_path}"


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("capacity", "101", "capacity 101 is outside 0 to 100"),
        ("capacity", "-1", "outside"),
        ("capacity", "seven", "'seven' is no number"),
        ("capacity", "", "'' is no number"),
        ("capacity", "9" * 5_000, "outside"),
        ("voltage_now", "7420", "voltage_now 7420 is outside"),
        ("voltage_now", "0", "outside"),
        ("current_now", "-2147483648", "outside"),
        ("energy_full", "0", "outside"),
    ],
)
def test_what_cannot_be_is_a_fault_that_names_the_file(tmp_path: Path, file: str, content: str, words: str) -> None:
    battery(tmp_path, **{file: content})
    told = fault(tmp_path)
    assert words in told
    assert "BAT0" in told
    assert len(told) < 300 + FILE_BYTES_MAX


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    folder = battery(tmp_path)
    (folder / "capacity").unlink()
    (folder / "capacity").mkdir()
    assert "capacity: Is a directory; check the board's wiring" in fault(tmp_path)


def test_a_wrong_root_is_not_read_to_its_end(tmp_path: Path) -> None:
    for number in range(SUPPLIES_MAX + 5):
        battery(tmp_path, f"BAT{number:02}")
    source = SysfsPower(tmp_path)
    source.read()
    assert source.name.count("BAT") == SUPPLIES_MAX


def test_this_machine_is_read_whatever_it_has() -> None:
    reading = SysfsPower(ROOT, must_exist=False).read()
    assert reading.charge_percent is None or 0 <= reading.charge_percent <= 100
