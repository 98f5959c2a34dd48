"""Doors, power and the control socket of a served air, over real sockets."""

import asyncio
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hardware.simulated.air_file import AirPlan, parse_air
from hardware.simulated.control import AirControl, ControlError
from hardware.simulated.faults import Fault, FaultKind
from hardware.simulated.requests import LINE_BYTES_MAX, Done, Power, Refused, format_request, parse_answer
from hardware.simulated.server import CONTROLLERS_MAX, ServerError, open_air
from tests.support.patience import DEADLINE_S


def plan(port: int = 0) -> AirPlan:
    devices = "".join(f'[[device]]\nname = "{name}"\nport = {port if name == "a" else 0}\n' for name in "ab")
    link = '[[link]]\nbetween = ["a", "b"]\nsnr_db = 8\n'
    return parse_air(f'[air]\npreset = "SHORT_FAST"\n{devices}{link}', "plan")


def with_control(tmp_path: Path, use: Callable[[AirControl], None]) -> None:
    """Serve an air and let blocking code control it from its own thread."""

    def control() -> None:
        with AirControl(tmp_path / "control") as air:
            use(air)

    async def story() -> None:
        async with asyncio.timeout(DEADLINE_S), open_air(plan(), tmp_path / "control"):
            await asyncio.to_thread(control)

    asyncio.run(story())


def test_device_without_power_refuses_and_keeps_its_port() -> None:
    async def story() -> None:
        async with asyncio.timeout(DEADLINE_S), open_air(plan()) as air:
            port = air.ports["a"]
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            assert await air.answer(format_request(Power("a", on=False))) == Done()
            assert await reader.read() == b""
            writer.close()
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.1", port)
            assert await air.answer(format_request(Power("a", on=True))) == Done()
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()

    asyncio.run(story())


def test_power_switched_twice_is_harmless(tmp_path: Path) -> None:
    def use(air: AirControl) -> None:
        for on in (False, False, True, True):
            air.power("a", on=on)
            assert [each.is_on for each in air.report()] == [on, True]

    with_control(tmp_path, use)


def test_port_that_is_taken_is_named_and_nothing_stays_open() -> None:
    async def story() -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            with pytest.raises(ServerError, match=rf"device 'a': port {port} .*choose another port"):
                async with open_air(plan(port)):
                    raise AssertionError("opened")

    asyncio.run(story())


def test_control_reports_injects_and_logs(tmp_path: Path) -> None:
    def use(air: AirControl) -> None:
        air.link("a", "b", snr_db=-3.0, loss=0.0)
        air.inject("a", b"\x00forged", hop_limit=0, from_node=0x12345678)
        deadline_s = time.monotonic() + DEADLINE_S
        while not (log := air.log()):
            assert time.monotonic() < deadline_s, "nothing went on the air"
        (entry,) = log
        assert (entry.device, entry.from_node, entry.payload) == ("a", 0x12345678, b"\x00forged".hex())
        assert (entry.heard_by, entry.hop_limit, entry.lora_bytes) == (("b",), 0, 16 + 7 + 7)
        sender, receiver = air.report()
        assert (sender.packets_sent, receiver.packets_heard) == (1, 1)
        assert sender.airtime_sent_ms == receiver.airtime_heard_ms == entry.airtime_ms

    with_control(tmp_path, use)


def test_control_lets_things_go_wrong_with_a_device(tmp_path: Path) -> None:
    def use(air: AirControl) -> None:
        air.fault(Fault(0.0, "a", FaultKind.POWER, 3600.0))
        assert [each.is_on for each in air.report()] == [False, True]
        with pytest.raises(ControlError, match="no device is called 'c'"):
            air.fault(Fault(0.0, "c", FaultKind.POWER))

    with_control(tmp_path, use)


def test_control_names_what_cannot_be_done(tmp_path: Path) -> None:
    def use(air: AirControl) -> None:
        with pytest.raises(ControlError, match="no device is called 'c'; there are a, b"):
            air.power("c", on=True)
        with pytest.raises(ControlError, match="no device is called 'c'"):
            air.link("a", "c", snr_db=1)
        air.power("a", on=False)
        with pytest.raises(ControlError, match="has no power"):
            air.inject("a", b"x")

    with_control(tmp_path, use)


def test_absent_simulation_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ControlError, match="bavn radio simulate"):
        AirControl(tmp_path / "nobody")


def test_control_socket_is_its_owners_alone_and_removed_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "control"

    async def story() -> None:
        async with open_air(plan(), path):
            assert path.stat().st_mode & 0o777 == 0o600
            with pytest.raises(ServerError, match="another simulation serves it"):
                async with open_air(plan(), path):
                    raise AssertionError("opened")
            assert path.exists(), "the second one took the first one's socket away"

    asyncio.run(story())
    assert not path.exists()


def test_socket_left_by_a_killed_simulation_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "control"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    with_control(tmp_path, lambda air: air.power("a", on=True))


def test_file_at_the_control_path_is_not_deleted(tmp_path: Path) -> None:
    path = tmp_path / "control"
    path.write_text("precious")

    async def story() -> None:
        with pytest.raises(ServerError, match="another kind"):
            async with open_air(plan(), path):
                raise AssertionError("opened")

    asyncio.run(story())
    assert path.read_text() == "precious"


def test_hostile_controller_is_answered_or_dropped_and_others_go_on(tmp_path: Path) -> None:
    async def story() -> None:
        path = tmp_path / "control"
        async with asyncio.timeout(DEADLINE_S), open_air(plan(), path):
            reader, writer = await asyncio.open_unix_connection(path)
            writer.write(b"\xff\xfe\n" + b"x" * (2 * LINE_BYTES_MAX))
            assert isinstance(parse_answer(await reader.readline()), Refused)
            assert await reader.read() == b""
            writer.close()
            crowd = [await asyncio.open_unix_connection(path) for _ in range(CONTROLLERS_MAX + 1)]
            assert await crowd[-1][0].read() == b""
            crowd[0][1].write(format_request(Power("a", on=True)))
            assert parse_answer(await crowd[0][0].readline()) == Done()
            for _, each in crowd:
                each.close()

    asyncio.run(story())
