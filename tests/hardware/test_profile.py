"""The network profile: what it says is used, and what it says wrongly is told with the remedy."""

import base64
import os
from pathlib import Path

import pytest

from hardware.key_file import KeyFileError, fingerprint, make_key, read_key
from hardware.profile import NetworkProfile, read_profile
from hardware.profile_making import ProfileExists, make_profile
from hardware.toml_table import TomlMistake

STATION = """
[[station]]
short_name = "PLH"
long_name = "Plejehjemmet Havblik"
address = "tcp://127.0.0.1:4403"
role = "ROUTER"
[[station]]
short_name = "KRS"
long_name = "Krisestaben"
"""
CONTACT = f"""
[[contact]]
short_name = "PLH"
long_name = "Plejehjemmet Havblik"
node = "!a1b20010"
key = "{base64.b64encode(bytes(32)).decode()}"
"""


def made(folder: Path, more: str = "", *, replace: tuple[str, str] = ("", "")) -> Path:
    path = folder / "network-radio.toml"
    make_profile(path, os.urandom)
    path.write_text(path.read_text().replace(*replace) + more)
    return path


def read(folder: Path, more: str = "", *, replace: tuple[str, str] = ("", "")) -> NetworkProfile:
    return read_profile(made(folder, more, replace=replace))


def test_a_made_profile_can_be_used_at_once(tmp_path: Path) -> None:
    profile = read(tmp_path, STATION + CONTACT)
    assert (profile.preset, profile.region, profile.hop_limit) == ("MEDIUM_FAST", "EU_868", 3)
    assert len({profile.station_channel.key, profile.handheld_channel.key, bytes(32)}) == 3
    assert [(each.short_name, each.role) for each in profile.stations] == [("PLH", "ROUTER"), ("KRS", "CLIENT")]
    assert [(each.node_number, each.public_key) for each in profile.contacts] == [(0xA1B20010, bytes(32))]
    assert profile.station_channel.key.hex() not in repr(profile)


def test_keys_are_for_their_owner_alone_and_never_overwritten(tmp_path: Path) -> None:
    path = made(tmp_path)
    for name in ("station.key", "handheld.key"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    before = (tmp_path / "station.key").read_bytes()
    path.unlink()
    with pytest.raises(ProfileExists, match=r"station\.key"):
        make_profile(path, os.urandom)
    with pytest.raises(KeyFileError, match="a key already"):
        make_key(tmp_path / "station.key", bytes(32))
    assert (tmp_path / "station.key").read_bytes() == before


def test_a_key_that_others_may_read_is_refused_with_the_command_that_mends_it(tmp_path: Path) -> None:
    path = made(tmp_path)
    (tmp_path / "station.key").chmod(0o640)
    with pytest.raises(KeyFileError, match=f"run: chmod 600 {tmp_path}/station.key"):
        read_profile(path)


@pytest.mark.parametrize("text", [b"", b"nonsense", b"AAAA\n", b"A" * 500, b"\xff\xfe"])
def test_what_is_no_key_is_refused_and_not_shown(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "bad.key"
    file.touch(0o600)
    file.write_bytes(text)
    with pytest.raises(KeyFileError, match="32 bytes in base64"):
        read_key(file)


def test_a_key_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="bavn radio profile new"):
        read_key(tmp_path / "none.key")


def test_a_fingerprint_is_four_bytes_and_tells_keys_apart() -> None:
    assert len(fingerprint(bytes(32))) == 8
    assert fingerprint(bytes(32)) != fingerprint(b"\x01" * 32)


@pytest.mark.parametrize(
    ("replace", "told"),
    [
        (('region = "EU_868"', 'region = "US"'), "region: 'US' does not fit"),
        (('"MEDIUM_FAST"', '"LONG_SLOW"'), "preset: 'LONG_SLOW' does not fit"),
        (("hop_limit = 3", "hop_limit = 8"), "whole number from 1 to 7"),
        (('name = "folk"', 'name = "bavn"'), "both have the same name"),
        (('"handheld.key"', '"station.key"'), "both have the same key"),
        (("[network]", "[netwrok]"), "did you mean 'network'?"),
        (('name = "folk"', 'name = "fæælleesøø"'), "1 to 11 bytes"),
        (('"Ja"', '"Ja|Nej"'), "no bar"),
        (("[network]", "[network"), "correct the TOML there"),
        (("position_s = 43200", "position_s = 60"), "from 3600"),
        (('role = "CLIENT"', 'role = "CLIENT_MUTE"'), "role: 'CLIENT_MUTE' does not fit"),
    ],
)
def test_a_mistake_is_told_in_one_line(tmp_path: Path, replace: tuple[str, str], told: str) -> None:
    with pytest.raises(TomlMistake, match=r"\S") as caught:
        read(tmp_path, replace=replace)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (STATION.replace("KRS", "PLH"), "PLH is there twice"),
        (STATION.replace("tcp://127.0.0.1:4403", "usb0"), "not a radio's address"),
        (STATION.replace('"PLH"', '"PLEH1"'), "short_name"),
        (STATION.replace('"PLH"', '"ØØØ"'), "1 to 4 bytes"),
        (CONTACT.replace("!a1b20010", "a1b20010"), "such as '!a1b20010'"),
        (CONTACT.replace("!a1b20010", "!ffffffff"), "no node"),
        (CONTACT.replace("AAAA", "AAA", 1), "32 bytes in base64"),
        (CONTACT * 2, "contact.node: !a1b20010 is there twice"),
    ],
)
def test_a_mistake_about_one_radio_names_it(tmp_path: Path, more: str, told: str) -> None:
    with pytest.raises(TomlMistake) as caught:
        read(tmp_path, more)
    assert told in str(caught.value)


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(TomlMistake, match="bavn radio profile new"):
        read_profile(tmp_path / "none.toml")
    (tmp_path / "big.toml").write_bytes(b"#" * 300_000)
    with pytest.raises(TomlMistake, match="larger than"):
        read_profile(tmp_path / "big.toml")
