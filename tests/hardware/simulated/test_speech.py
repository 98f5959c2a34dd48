"""A simulated device says at the beginning of a connection what the real firmware says, byte for byte."""

import pytest

from hardware.airtime import PRESETS
from hardware.simulated.identity import Generation, Identity, Profile, firmware_version
from hardware.simulated.speech import ONLY_NODES_NONCE, ONLY_SETTINGS_NONCE, settings
from hardware.stream import HEADER_BYTES
from tests.hardware import recordings

KEYS_27 = (
    "69db81e63298e71f2198fba2ab1aab6916aee56f99d274c578caad05afd8085f",
    "7005dfa5c82228d21465c7130bdbfcaebd4c7d6732dabe3f02e544bc3be12553",
)
KEYS_28 = (
    "662aafbfb12d19044e73cf1d5c7e9d8153901da09b8e14c5ac0ec101e8d2090b",
    "c0ba483c5dee5b72b8fd7e3ab5dd74d682d8411ef4ee4a90cb606ad8653a3947",
)
NEIGHBOUR_28 = Identity(
    node_number=0x9FE632A3,
    long_name="Node 1",
    short_name="N1",
    public_key=bytes.fromhex("06a57cfc969fedac1dc1d9f5d69bbcb655b437c0a41755838363b7af427b5578"),
    private_key=b"",
    hardware_address=bytes(6),
)


@pytest.mark.parametrize(
    ("recording", "generation", "node_number", "keys", "nodes"),
    [
        ("a_27_handshake_full", Generation.V2_7, 0xA1B20010, KEYS_27, ()),
        ("a_28_handshake_full", Generation.V2_8, 0xDC550294, KEYS_28, (NEIGHBOUR_28,)),
    ],
)
def test_handshake_is_the_recorded_one(
    recording: str, generation: Generation, node_number: int, keys: tuple[str, str], nodes: tuple[Identity, ...]
) -> None:
    public, private = map(bytes.fromhex, keys)
    address = bytes.fromhex("0242a1b20010")
    identity = Identity(node_number, "Node 0", "N0", public, address, private)
    profile = Profile(identity, generation, PRESETS["LONG_FAST"], firmware_version(generation), nodes)
    recorded = [line.raw[HEADER_BYTES:] for line in recordings.read(recording) if line.direction == "from"]
    assert [said.hex() for said in settings(profile, 1234567)] == [said.hex() for said in recorded]


def test_other_nodes_come_where_the_nonce_says() -> None:
    nodes = (Identity.named("other"),)
    profile = Profile(Identity.named("own"), Generation.V2_7, PRESETS["LONG_FAST"], "2.7.26", nodes)
    everything, only_settings, only_nodes = (
        len(list(settings(profile, nonce))) for nonce in (1, ONLY_SETTINGS_NONCE, ONLY_NODES_NONCE)
    )
    assert (everything, only_settings, only_nodes) == (46, 45, 3)
