"""What our setup writes, the official client reads, and the other way round: both on a simulated device over TCP."""

import asyncio
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

from hardware.addresses import TcpAddress
from hardware.admin_session import AdminSession
from hardware.meshtastic_protobufs import config_pb2
from hardware.profile import StationProfile
from hardware.radio_settings import RadioSettings
from hardware.setup_run import set_up
from hardware.simulated.air_file import parse_air
from hardware.simulated.server import open_air
from hardware.tcp_way import TcpWay
from hardware.wanted import wanted_station
from tests.hardware.admin_bench import HANDHELD_KEY, OTHER, STATION_KEY, profile
from tests.support.patience import DEADLINE_S

KINDS = config_pb2.Config.LoRaConfig
AIR = """
[air]
preset = "SHORT_FAST"
contacts = "learned"
restart_wait_s = 0.2
[[device]]
name = "radio"
port = 0
"""
CONNECT = """
import json, sys
from meshtastic.tcp_interface import TCPInterface
from meshtastic.protobuf import channel_pb2
client = TCPInterface("127.0.0.1", portNumber=int(sys.argv[1]), timeout=60)
node = client.localNode
"""
READ = """
lora = node.localConfig.lora
print(json.dumps({
    "names": [client.getLongName(), client.getShortName()],
    "lora": [lora.region, lora.modem_preset, lora.hop_limit, lora.tx_power],
    "bluetooth": node.localConfig.bluetooth.enabled,
    "channels": [[channel.role, channel.settings.name, channel.settings.psk.hex()] for channel in node.channels],
    "known": sorted(client.nodesByNum),
}))
client.close()
"""
WRITE = """
channel = node.channels[1]
channel.role, channel.settings.name, channel.settings.psk = channel_pb2.Channel.Role.SECONDARY, "rec", bytes(range(32))
node.writeChannel(1)
node.localConfig.lora.hop_limit = 5
node.writeConfig("lora")
node.moduleConfig.store_forward.enabled = True
node.writeConfig("store_forward")
node.setOwner("Official", "OFF")
client.close()
print("null")
"""


async def official(port: int, script: str) -> Any:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CONNECT + script, str(port), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    async with asyncio.timeout(DEADLINE_S):
        out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return json.loads(out)


async def settings(port: int) -> RadioSettings:
    session = AdminSession(TcpWay(TcpAddress("127.0.0.1", port)), random.Random(1))
    try:
        return await session.connect_again()
    finally:
        session.close()


def test_the_official_client_reads_what_setup_wrote() -> None:
    async def story() -> None:
        async with open_air(parse_air(AIR, "air", Path())) as air:
            port = air.ports["radio"]
            session = AdminSession(TcpWay(TcpAddress("127.0.0.1", port)), random.Random(1))
            wanted = wanted_station(profile(), StationProfile("PLH", "Plejehjemmet Havblik", "CLIENT", None))
            await set_up(session, await session.connect(), wanted)
            session.close()
            said = await official(port, READ)
            assert said["names"] == ["Plejehjemmet Havblik", "PLH"]
            assert said["lora"] == [KINDS.RegionCode.EU_868, KINDS.ModemPreset.SHORT_FAST, 3, 20]
            assert said["bluetooth"] is False
            assert said["channels"][:3] == [
                [1, "bavn", STATION_KEY.hex()],
                [2, "folk", HANDHELD_KEY.hex()],
                [0, "", ""],
            ]
            assert OTHER.node_number in said["known"]

    asyncio.run(story())


def test_our_session_reads_what_the_official_client_wrote() -> None:
    async def story() -> None:
        async with open_air(parse_air(AIR, "air", Path())) as air:
            port = air.ports["radio"]
            await official(port, WRITE)
            found = await settings(port)
            assert (found.long_name, found.short_name) == ("Official", "OFF")
            assert (found.channels[1].settings.name, found.channels[1].settings.psk) == ("rec", bytes(range(32)))
            assert found.parts["lora"].hop_limit == 5  # type: ignore[attr-defined]
            assert found.parts["store_forward"].enabled is True  # type: ignore[attr-defined]

    asyncio.run(story())
