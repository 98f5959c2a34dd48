"""A configuration file is read whole, and each mistake in it is told with file, key, finding and remedy."""

from pathlib import Path

import pytest

from hardware.power.reading import PowerKind
from node.config.configuration import ClockTrust, CountedBattery, PowerSection
from node.config.errors import ConfigError
from node.config.loading import DEFAULT_FILE, SOCKET_PATH_BYTES_MAX, load_socket, locate
from node.config.reading import load
from node.core.policy import Policy

LEAST = """
[station]
roster = "roster.bavn"
keys = "keys"
data = "data"
[radio]
address = "tcp://127.0.0.1:4403"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bavn.toml"


def written(file: Path, text: str) -> Path:
    file.write_text(text)
    return file


def test_the_least_that_is_needed_brings_the_usual_values(file: Path) -> None:
    configuration = load(written(file, LEAST))
    assert configuration.radio.preset == "MEDIUM_FAST"
    assert configuration.radio.channel == 0
    assert configuration.socket == Path("/run/bavn/bavn.sock")
    assert configuration.clock is ClockTrust.AUTO
    assert configuration.delivery == Policy()
    assert configuration.station.number is None
    assert configuration.power == PowerSection(PowerKind.AUTO, 1, None, 100, None, 30)


def test_paths_are_relative_to_the_file(file: Path) -> None:
    configuration = load(written(file, LEAST + '[api]\nsocket = "run/bavn.sock"\n'))
    assert configuration.station.roster == file.parent / "roster.bavn"
    assert configuration.station.state == file.parent / "data"
    assert configuration.socket == file.parent / "run/bavn.sock"


def test_every_key_arrives(file: Path) -> None:
    text = """
    [station]
    roster = "/r"
    keys = "/k"
    data = "/d"
    number = 3
    [radio]
    address = "tcp://radio:1"
    channel = 2
    preset = "LONG_FAST"
    [api]
    socket = "/s"
    [clock]
    trust = "untrusted"
    [power]
    source = "ina219"
    bus = 13
    address = 0x43
    shunt_milliohm = 10
    capacity_mah = 6000
    full_mv = 8400
    read_s = 60
    [delivery]
    hop_limit = 1
    beacon_min_s = 2
    contact_beacons = 5
    receipt_wait_s = [0, 1.5, 2, 3]
    answer_wait_s = 4
    overhear_s = 0.25
    proof_wait_s = 5
    retry_max_s = 6
    inventory_wait_s = 7
    inventory_min_s = 8
    bulk_share_percent = 1.25
    urgent_share_percent = 10
    channel_busy_percent = 30
    """
    configuration = load(written(file, text))
    assert configuration.station.number == 3
    assert (configuration.radio.channel, configuration.radio.preset) == (2, "LONG_FAST")
    assert configuration.clock is ClockTrust.UNTRUSTED
    assert configuration.power == PowerSection(PowerKind.INA219, 13, 0x43, 10, CountedBattery(6_000, 8_400), 60)
    assert configuration.delivery == Policy(
        hop_limit=1,
        beacon_min_ms=2_000,
        contact_beacons=5,
        receipt_wait_ms=(0, 1_500, 2_000, 3_000),
        answer_wait_ms=4_000,
        overhear_ms=250,
        proof_wait_ms=5_000,
        retry_max_ms=6_000,
        inventory_wait_ms=7_000,
        inventory_min_ms=8_000,
        bulk_share_bp=125,
        urgent_share_bp=1_000,
        channel_busy_bp=3_000,
    )


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("[station]\nroster = 'r'\n", "station.keys", ("found nothing", "a text in quotes")),
        (LEAST.replace('"tcp://127.0.0.1:4403"', "4403"), "radio.address", ("found 4403", "a text in quotes")),
        (LEAST.replace("tcp://", "tpc://"), "radio.address", ("found 'tpc://127.0.0.1:4403'", "tcp://HOST:PORT")),
        (LEAST.replace("tcp://127.0.0.1:4403", "serial://dev/tty0"), "radio.address", ("three slashes",)),
        (LEAST + "prest = 'LONG_FAST'\n", "radio.prest", ("no such key", "did you mean 'preset'?", "address")),
        (LEAST + "preset = 'long_fats'\n", "radio.preset", ("'long_fats'", "did you mean 'LONG_FAST'?")),
        (LEAST + "channel = 8\n", "radio.channel", ("found 8", "from 0 to 7")),
        (LEAST + "channel = true\n", "radio.channel", ("found True", "from 0 to 7")),
        (LEAST + "[radoi]\n", "radoi", ("no such key", "did you mean 'radio'?")),
        (LEAST + "[clock]\ntrust = 'yes'\n", "clock.trust", ("'auto', 'trusted', 'untrusted'",)),
        (LEAST + "[power]\nsource = 'ina129'\n", "power.source", ("'auto', 'none'", "did you mean 'ina219'?")),
        (LEAST + "[power]\naddress = 0x7f\n", "power.address", ("found 127", "from 8 to 119")),
        (LEAST + "[power]\nshunt_milliohm = 0.1\n", "power.shunt_milliohm", ("found 0.1", "from 1 to 1000")),
        (LEAST + "[power]\nread_s = 5\n", "power.read_s", ("found 5", "from 30 to 60")),
        (LEAST + "[power]\ncapacity_mah = 6000\n", "power.full_mv", ("found nothing", "full_mv = 8400")),
        (LEAST + "[power]\nfull_mv = 8400\n", "power.capacity_mah", ("found nothing", "capacity_mah = 6000")),
        (LEAST + "[delivery]\nhop_limit = 9\n", "delivery.hop_limit", ("found 9", "0 to 7")),
        (LEAST + "[delivery]\nretry_max_s = 'long'\n", "delivery.retry_max_s", ("a number of seconds",)),
        (LEAST + "[delivery]\nretry_max_s = nan\n", "delivery.retry_max_s", ("found nan", "from 1 to 86400")),
        (LEAST + "[delivery]\nreceipt_wait_s = [1]\n", "delivery.receipt_wait_s", ("a list of 4 numbers",)),
        (LEAST + "[delivery]\nurgent_share_percent = 11\n", "delivery.urgent_share_percent", ("from 0 to 10",)),
        (LEAST + "[delivery]\nbulk_share_percent = 9.5\n", "delivery.bulk_share_percent", ("found 9.5", "at most")),
        ("station = 3\n" + LEAST.replace("[station]", "[other]"), "station", ("found 3", "written as [station]")),
    ],
)
def test_a_mistake_is_told_with_key_finding_and_what_is_allowed(
    file: Path, text: str, key: str, words: tuple[str, ...]
) -> None:
    with pytest.raises(ConfigError) as told:
        load(written(file, text))
    assert told.value.key == key
    assert str(told.value).startswith(f"{file}: {key}: ")
    for word in words:
        assert word in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("content", [b"[station", b"\xff\xfe", b"x = 1\n" * 20_000])
def test_a_file_that_is_not_toml_is_named(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=f"^{file}: "):
        load(file)


def test_a_missing_file_is_told_with_the_ways_to_name_another(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"No such file or directory; .*--config FILE.*BAVN_CONFIG"):
        load(file)


def test_a_socket_path_that_the_kernel_cannot_take_is_refused(file: Path) -> None:
    with pytest.raises(ConfigError, match=f"at most {SOCKET_PATH_BYTES_MAX} bytes"):
        load(written(file, LEAST + f"[api]\nsocket = '/{'s' * SOCKET_PATH_BYTES_MAX}'\n"))


def test_a_command_finds_the_socket_although_the_rest_is_wrong(file: Path) -> None:
    assert load_socket(written(file, "[radio]\npreset = 1\n[api]\nsocket = 'here'\n")) == file.parent / "here"


def test_the_file_is_the_option_else_the_variable_else_the_usual_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAVN_CONFIG", "/by/variable")
    assert locate("/by/option") == Path("/by/option")
    assert locate(None) == Path("/by/variable")
    monkeypatch.delenv("BAVN_CONFIG")
    assert locate(None) == DEFAULT_FILE
