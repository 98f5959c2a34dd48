"""An air file becomes a plan, or one sentence that names file, place and remedy."""

from pathlib import Path

import pytest

from hardware.airtime import PRESETS
from hardware.simulated.air import Link
from hardware.simulated.air_file import AirFileError, LinkPlan, StrangerPlan, parse_air, read_air_file
from hardware.simulated.conduct import Rebroadcast, Role
from hardware.simulated.identity import Generation
from hardware.simulated.requests import Done, ReadLog
from hardware.simulated.scheduler import VirtualScheduler
from hardware.simulated.stranger import Habit
from hardware.simulated.world import World

GOOD = """
[air]
preset = "SHORT_FAST"
seed = 7
firmware = "2.8"

[[device]]
name = "town-hall"
port = 44031
node_number = 0xA1B20010

[[device]]
name = "relay"
port = 0

[[link]]
between = ["town-hall", "relay"]
snr_db = 8
loss = 0.25
"""


def test_whole_file_becomes_a_plan() -> None:
    plan = parse_air(GOOD, "air.toml")
    assert (plan.preset, plan.seed, plan.generation) == (PRESETS["SHORT_FAST"], 7, Generation.V2_8)
    assert [(each.name, each.port) for each in plan.devices] == [("town-hall", 44031), ("relay", 0)]
    assert plan.devices[0].identity.node_number == 0xA1B20010
    assert plan.links == (LinkPlan("town-hall", "relay", Link(8.0, 0.25)),)


def test_paths_lie_next_to_the_file_and_contacts_may_be_learned(tmp_path: Path) -> None:
    file = tmp_path / "air.toml"
    file.write_text(
        GOOD.replace("port = 0", 'pty = "relay.tty"\nlog_text = true').replace("seed", 'contacts = "learned"\nseed')
    )
    plan = read_air_file(file)
    assert plan.learns
    assert [(each.port, each.pty, each.log_text) for each in plan.devices] == [
        (44031, None, False),
        (None, tmp_path / "relay.tty", True),
    ]


def test_what_is_left_out_has_a_default() -> None:
    plan = parse_air('[air]\npreset = "LONG_FAST"\n[[device]]\nname = "a"\nport = 1\n', "air.toml")
    assert (plan.seed, plan.generation, plan.learns, plan.links) == (1, Generation.V2_7, False, ())
    assert plan.devices[0].identity == parse_air(GOOD.replace("town-hall", "a"), "x").devices[0].identity.named("a")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[air]", "[aire]", ["the file", "aire", "did you mean 'air'?"]),
        ('preset = "SHORT_FAST"', 'preset = "SHORT_FASTER"', ["[air]", "preset", "did you mean 'SHORT_FAST'?"]),
        ("seed = 7", "sede = 7", ["[air]", "sede", "did you mean 'seed'?"]),
        ("seed = 7", "seed = true", ["[air]", "seed", "whole number"]),
        ('firmware = "2.8"', 'firmware = "1.2"', ["[air]", "firmware", "2.7"]),
        ("port = 44031", "prot = 44031", ["[[device]] 1", "prot", "did you mean 'port'?"]),
        ("port = 44031", "port = 70000", ["[[device]] 1", "port", "0 to 65535"]),
        ("port = 44031", "", ["[[device]] 1", "port", "missing"]),
        ('name = "relay"', 'name = ""', ["[[device]] 2", "name", "1 to 24"]),
        ('name = "relay"', 'name = "town-hall"', ["device.name", "town-hall", "two devices"]),
        ("port = 0", "port = 44031", ["device.port", "44031", "two devices"]),
        ('"town-hall", "relay"]', '"town-hall", "rely"]', ["[[link]] 1", "rely", "did you mean 'relay'?"]),
        ('"town-hall", "relay"]', '"relay", "relay"]', ["[[link]] 1", "between", "two devices"]),
        ('between = ["town-hall", "relay"]', "between = 3", ["[[link]] 1", "between", "two devices"]),
        ("port = 0", "port = 0\npty = 3", ["[[device]] 2", "pty", "1 to 255"]),
        ("port = 0", "port = 0\nlog_text = 1", ["[[device]] 2", "log_text", "true or false"]),
        ("seed = 7", 'contacts = "many"', ["[air]", "contacts", "loaded, learned"]),
        ("snr_db = 8", "snr_db = nan", ["[[link]] 1", "snr_db", "-30 to 30"]),
        ("loss = 0.25", "loss = 25", ["[[link]] 1", "loss", "0 to 1"]),
        ("[[link]]", "[link]", ["the file", "link", "[[link]]"]),
        ("seed = 7", "seed = ", ["line 4"]),
    ],
)
def test_mistake_is_named_with_its_place_and_remedy(old: str, new: str, words: list[str]) -> None:
    assert old in GOOD
    with pytest.raises(AirFileError) as caught:
        parse_air(GOOD.replace(old, new, 1), "air.toml")
    for word in ["air.toml", *words]:
        assert word in str(caught.value)


def test_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(AirFileError, match="No such file"):
        read_air_file(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(AirFileError, match="not UTF-8"):
        read_air_file(tmp_path / "binary.toml")


def test_file_on_disk_reads_as_its_text(tmp_path: Path) -> None:
    path = tmp_path / "air.toml"
    path.write_text(GOOD)
    assert read_air_file(path) == parse_air(GOOD, "")


def test_roles_and_strangers_are_planned() -> None:
    told = GOOD.replace("port = 0", 'port = 0\nrole = "CLIENT_MUTE"\nrebroadcast = "NONE"')
    plan = parse_air(told + '[[stranger]]\nname = "hikers"\npackets_per_hour = 20\nbytes = 60\n', "air.toml")
    assert [(each.role, each.rebroadcast) for each in plan.devices] == [
        (Role.CLIENT, Rebroadcast.ALL),
        (Role.CLIENT_MUTE, Rebroadcast.NONE),
    ]
    assert plan.strangers == (StrangerPlan("hikers", Habit(20.0, 60)),)


@pytest.mark.parametrize(
    "stranger",
    [
        'name = "hikers"\npackets_per_hour = 0\nbytes = 60',
        'name = "hikers"\npackets_per_hour = 20\nbytes = 256',
        'name = "relay"\npackets_per_hour = 20\nbytes = 60',
    ],
)
def test_stranger_that_cannot_be_is_refused(stranger: str) -> None:
    with pytest.raises(AirFileError, match=r"air.toml: "):
        parse_air(f"{GOOD}[[stranger]]\n{stranger}\n", "air.toml")


def test_stranger_of_an_air_file_is_heard_by_whom_it_is_linked_to() -> None:
    strangers = '[[stranger]]\nname = "hikers"\npackets_per_hour = 3600\nbytes = 60\n'
    link = '[[link]]\nbetween = ["hikers", "relay"]\nsnr_db = 8\n'
    scheduler = VirtualScheduler()
    world = World(parse_air(GOOD + strangers + link, "air.toml"), scheduler)
    scheduler.run_until(60)
    answer = world.answer(ReadLog(), {})
    assert isinstance(answer, Done)
    spoken = [each for each in answer.log or () if each.device == "hikers"]
    assert spoken
    assert {(each.heard_by, each.payload, each.lora_bytes) for each in spoken} <= {
        (("relay",), "", 60),
        ((), "", 60),
    }
