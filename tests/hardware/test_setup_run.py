"""Setting up a radio: in one edit, once, and finished by running it again wherever it was interrupted."""

import asyncio
from collections.abc import Callable

import pytest

from hardware.meshtastic_protobufs import channel_pb2, config_pb2
from hardware.profile import StationProfile
from hardware.setup_plan import has_mark, plan
from hardware.setup_run import SetupOutcome, SetupRefused, set_up
from hardware.simulated.identity import Contact, Generation, Identity
from hardware.wanted import Wanted, wanted_handheld, wanted_station
from tests.hardware.admin_bench import HANDHELD_KEY, OTHER, STATION_KEY, Killed, Radio, profile
from tests.hardware.fast_loop import run_fast

GENERATIONS = pytest.mark.parametrize("generation", list(Generation))


def station(role: str = "CLIENT") -> Wanted:
    return wanted_station(profile(), StationProfile("PLH", "Plejehjemmet Havblik", role, None))


async def run(radio: Radio, wanted: Wanted) -> SetupOutcome:
    session = radio.session()
    try:
        return await set_up(session, await session.connect(), wanted)
    finally:
        session.close()


async def assert_done(radio: Radio, wanted: Wanted) -> None:
    """See that flash, not only memory, has all that is wanted, and that another run writes nothing."""
    radio.power_cut()
    await asyncio.sleep(2)
    radio.way.told.clear()
    outcome = await run(radio, wanted)
    assert outcome.is_untouched
    assert radio.way.written == []
    assert not has_mark(outcome.settings)
    assert not radio.device.settings.is_editing


@GENERATIONS
@pytest.mark.parametrize("is_fresh", [False, True])
def test_a_radio_is_set_up_in_one_edit_and_a_second_run_writes_nothing(generation: Generation, is_fresh: bool) -> None:
    async def story() -> None:
        radio = Radio(generation=generation, is_fresh=is_fresh)
        outcome = await run(radio, station())
        assert (radio.way.told.count("begin_edit_settings"), radio.way.told.count("commit_edit_settings")) == (1, 1)
        assert plan(outcome.settings, station()) == ()
        settings = radio.device.settings
        assert [settings.channel(index).settings.psk for index in range(3)] == [STATION_KEY, HANDHELD_KEY, b""]
        assert (settings.identity.long_name, settings.identity.short_name) == ("Plejehjemmet Havblik", "PLH")
        assert settings.identity.public_key, "the key is shown"
        assert outcome.settings.nodes[OTHER.node_number].public_key == OTHER.public_key
        await assert_done(radio, station())

    run_fast(story())


def test_a_router_relays_stations_frames() -> None:
    async def story() -> None:
        radio = Radio()
        await run(radio, station("ROUTER"))
        device = radio.device.settings.config(0).device
        assert (device.role, device.rebroadcast_mode) == (
            config_pb2.Config.DeviceConfig.Role.ROUTER,
            config_pb2.Config.DeviceConfig.RebroadcastMode.ALL,
        )
        await assert_done(radio, station("ROUTER"))
        await run(radio, station())
        await assert_done(radio, station())

    run_fast(story())


def test_a_preset_is_not_beaten_by_the_rate_of_the_one_before() -> None:
    async def story() -> None:
        radio = Radio()
        lora = config_pb2.Config(lora=radio.device.settings.config(5).lora)
        lora.lora.coding_rate = 8
        radio.device.settings.set_config(lora)
        await run(radio, station())
        assert radio.device.settings.config(5).lora.coding_rate == 5

    run_fast(story())


def test_another_key_of_a_contact_replaces_a_verified_one() -> None:
    async def story() -> None:
        radio = Radio()
        old = Contact(OTHER.node_number, "Old", "OLD", b"\x09" * 32, b"")
        radio.device._contacts.load(old, is_verified=True)
        outcome = await run(radio, station())
        assert outcome.settings.nodes[OTHER.node_number].public_key == OTHER.public_key

    run_fast(story())


def test_a_handheld_gets_its_channel_alone_and_texts_to_choose_from() -> None:
    wanted = wanted_handheld(profile(), "Vagt 1", "V1")

    async def story() -> None:
        radio = Radio(has_keypad=True)
        await run(radio, wanted)
        settings = radio.device.settings
        keys = [settings.channel(index).settings.psk for index in range(8)]
        assert keys == [HANDHELD_KEY, *[b""] * 7]
        assert settings.canned_messages == "Ja|Nej"
        await assert_done(radio, wanted)

    run_fast(story())


def test_channels_that_nobody_wants_are_closed_and_their_keys_removed() -> None:
    async def story() -> None:
        radio = Radio()
        stray = channel_pb2.Channel(index=4, role=channel_pb2.Channel.Role.SECONDARY)
        stray.settings.psk = b"k" * 32
        radio.device.settings.set_channel(stray)
        await run(radio, station())
        assert radio.device.settings.channel(4) == channel_pb2.Channel(index=4, settings=channel_pb2.ChannelSettings())

    run_fast(story())


def messages_of_a_whole_run(has_keypad: bool = False) -> int:
    count = 0

    async def story() -> None:
        nonlocal count
        radio = Radio(is_fresh=True, has_keypad=has_keypad)
        await run(radio, station())
        count = len(radio.way.told)

    run_fast(story())
    return count


WHOLE_RUN = messages_of_a_whole_run()
CUTS = pytest.mark.parametrize("at", range(WHOLE_RUN))


def killed(at: int) -> Callable[[int], None]:
    def kill(number: int) -> None:
        if number == at:
            raise Killed

    return kill


@CUTS
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("power", ["stays", "is cut"])
def test_killed_anywhere_it_is_finished_by_running_again(at: int, when: str, power: str) -> None:
    async def story() -> None:
        radio = Radio(is_fresh=True)
        setattr(radio.way, f"{when}_message", killed(at))
        with pytest.raises(Killed):
            await run(radio, station())
        setattr(radio.way, f"{when}_message", lambda number: None)
        if power == "is cut":
            radio.power_cut()
            await asyncio.sleep(2)
        outcome = await run(radio, station())
        assert plan(outcome.settings, station()) == ()
        await assert_done(radio, station())

    run_fast(story())


@CUTS
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_radio_that_loses_power_anywhere_is_set_up_all_the_same(at: int, when: str) -> None:
    async def story() -> None:
        radio = Radio(is_fresh=True)

        def cut(number: int) -> None:
            if number == at:
                radio.power_cut()

        setattr(radio.way, f"{when}_message", cut)
        await run(radio, station())
        await assert_done(radio, station())

    run_fast(story())


def test_an_open_edit_with_nothing_left_to_write_is_committed() -> None:
    """What looks finished in the radio's memory would be gone with its power."""

    async def story() -> None:
        radio = Radio()
        radio.way.before_message = lambda number: killed(0)(0 if radio.way.told[-1:] == ["add_contact"] else 1)
        with pytest.raises(Killed):
            await run(radio, station())
        assert radio.device.settings.is_editing
        radio.way.before_message = lambda number: None
        outcome = await run(radio, station())
        assert outcome.was_interrupted
        await assert_done(radio, station())

    run_fast(story())


def test_a_radio_of_another_region_is_refused_unless_told() -> None:
    async def story() -> None:
        radio = Radio()
        lora = config_pb2.Config(lora=radio.device.settings.config(5).lora)
        lora.lora.region = config_pb2.Config.LoRaConfig.RegionCode.US
        radio.device.settings.set_config(lora)
        with pytest.raises(SetupRefused, match="another band; look at its label"):
            await run(radio, station())
        assert radio.way.written == []
        session = radio.session()
        await set_up(session, await session.connect(), station(), may_change_region=True)
        session.close()
        await assert_done(radio, station())

    run_fast(story())


def test_a_managed_radio_is_refused() -> None:
    async def story() -> None:
        radio = Radio()
        security = config_pb2.Config(security=radio.device.settings.config(7).security)
        security.security.is_managed = True
        radio.device.settings.set_config(security)
        with pytest.raises(SetupRefused, match="managed"):
            await run(radio, station())
        assert radio.way.written == []

    run_fast(story())


def test_names_of_other_nodes_are_left_alone() -> None:
    async def story() -> None:
        other = Identity.named("stranger")
        radio = Radio(contacts=(other,))
        outcome = await run(radio, station())
        assert outcome.settings.nodes[other.node_number].public_key == other.public_key

    run_fast(story())
