"""What the link to a radio costs: wake-ups while nothing happens, processor time for what is sent and heard."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hardware.addresses import TcpAddress
from hardware.radio import Relayed
from hardware.simulated.air_file import parse_air
from hardware.simulated.server import open_air
from hardware.tcp_way import TcpWay
from tests.bench.extent import PATIENCE
from tests.hardware.fast_loop import SETTLE_S, FastLoop, run_fast
from tests.hardware.station import running
from tests.hardware.test_official_client import way_to
from tests.support.patience import DEADLINE_S

HOUR_S = 3600.0
WAKES_PER_HOUR_MAX = HOUR_S / 5
FRAMES = 500
PAYLOAD_BYTES = 200
CPU_S_MAX = 1.0 * PATIENCE
ALONE = """
[air]
preset = "SHORT_FAST"
[[device]]
name = "a"
{door}
"""


@pytest.mark.bench
@pytest.mark.parametrize("door", ["port = 0", 'pty = "a.tty"'])
def test_idle_link_leaves_the_processor_alone(tmp_path: Path, door: str) -> None:
    def wakes_of_an_hour(*, has_link: bool) -> int:
        found = []

        async def hour() -> None:
            loop = asyncio.get_running_loop()
            assert isinstance(loop, FastLoop)
            async with open_air(parse_air(ALONE.format(door=door), "alone", tmp_path)) as air:
                ways = [way_to(air.addresses["a"][0])] if has_link else []
                async with running(*ways):
                    before = loop.wakes
                    await asyncio.sleep(HOUR_S)
                    found.append(loop.wakes - before)

        run_fast(hour(), SETTLE_S)
        return found[0]

    # The device's own doings are taken off; what it does to answer the link counts as the link's.
    wakes = wakes_of_an_hour(has_link=True) - wakes_of_an_hour(has_link=False)
    sys.stdout.write(f"\nidle link, {door}: {wakes} wake-ups an hour, the radio's answers included\n")
    assert 0 < wakes <= WAKES_PER_HOUR_MAX


@pytest.mark.bench
def test_sending_and_hearing_cost_little_of_the_processor() -> None:
    async def story(port: int) -> float:
        async with running(TcpWay(TcpAddress("127.0.0.1", port))) as (station,):
            payloads = [number.to_bytes(2, "big") * (PAYLOAD_BYTES // 2) for number in range(FRAMES)]
            began_s = time.process_time()
            for ticket, payload in enumerate(payloads):
                station.send(ticket, payload, ack=True)
                await station.until_outcome(ticket, Relayed())
            await station.until(lambda: station.heard_count == FRAMES)
            taken_s = time.process_time() - began_s
        assert station.payloads() == payloads
        return taken_s

    words = [sys.executable, "-m", "tests.support.echo_radio"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as radio:
        assert radio.stdout is not None
        taken_s = asyncio.run(asyncio.wait_for(story(int(radio.stdout.readline())), DEADLINE_S))
    sys.stdout.write(f"\n{FRAMES} frames of {PAYLOAD_BYTES} bytes sent and heard over TCP: {taken_s:.2f} s of a core\n")
    assert taken_s < CPU_S_MAX
