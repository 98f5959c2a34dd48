"""The protobufs come without the package around them, and leave the package usable. Each in its own process."""

import subprocess
import sys


def run(script: str) -> str:
    found = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


def test_protobufs_load_without_the_client() -> None:
    script = (
        "import sys; from hardware.meshtastic_protobufs import mesh_pb2; "
        "assert mesh_pb2.ToRadio(want_config_id=1).SerializeToString() == bytes.fromhex('1801'); "
        "print(*sorted({'meshtastic', 'serial', 'pubsub', 'yaml', 'requests'} & sys.modules.keys()))"
    )
    assert run(script) == ""


def test_official_client_imports_afterwards_on_the_same_protobufs() -> None:
    script = (
        "from hardware.meshtastic_protobufs import mesh_pb2 as ours; "
        "import meshtastic.tcp_interface; from meshtastic.protobuf import mesh_pb2 as theirs; "
        "print(ours is theirs, hasattr(meshtastic, 'BROADCAST_ADDR'))"
    )
    assert run(script) == "True True"


def test_official_client_imported_before_is_left_alone() -> None:
    script = (
        "import sys, meshtastic; before = sys.modules['meshtastic']; import hardware.meshtastic_protobufs; "
        "print(sys.modules['meshtastic'] is before)"
    )
    assert run(script) == "True"
