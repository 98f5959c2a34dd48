"""Simulated radios in a process of their own, as `bavn radio simulate` serves them."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.daemons import BAVN, clean_environment
from tests.support.patience import DEADLINE_S

QUICK = """
[delivery]
beacon_min_s = 2
beacon_share_percent = 10
beacon_hop_limit = 0
answer_wait_s = 1
overhear_s = 0.2
proof_wait_s = 1
receipt_wait_s = [0, 0.2, 0.2, 0.2]
inventory_wait_s = 0.5
inventory_min_s = 1
bulk_share_percent = 10
urgent_share_percent = 10
"""
"""Waits of a demonstration, as real ones would take minutes."""


@dataclass(frozen=True)
class Air:
    """The addresses of its radios, and the socket that switches them."""

    addresses: dict[str, str]
    control: Path

    def power(self, name: str, state: str) -> None:
        """Switch a radio `on` or `off`."""
        subprocess.run(
            [BAVN, "radio", "power", name, state, "--control", self.control],
            env=clean_environment(),
            stdout=subprocess.DEVNULL,
            timeout=DEADLINE_S,
            check=True,
        )


@contextmanager
def simulated_air(
    folder: Path, names: tuple[str, ...], links: tuple[tuple[str, str], ...], *, serial: bool = False
) -> Iterator[Air]:
    """Radios on one air, on TCP or on serial ports, on the fastest preset so that a test takes seconds."""
    plan = '[air]\npreset = "SHORT_FAST"\nseed = 1\n'
    doors = {name: f'pty = "{name}.tty"' if serial else "port = 0" for name in names}
    plan += "".join(f'[[device]]\nname = "{name}"\n{door}\n' for name, door in doors.items())
    plan += "".join(f'[[link]]\nbetween = ["{one}", "{other}"]\nsnr_db = 8.0\n' for one, other in links)
    file, control = folder / "air.toml", folder / "air.sock"
    file.write_text(plan)
    words = [BAVN, "radio", "simulate", file, "--control", control, "--json"]
    with subprocess.Popen(words, env=clean_environment(), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            ready = [json.loads(process.stdout.readline()) for _ in names]
            yield Air({one["ready"]: one["address"] for one in ready}, control)
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=DEADLINE_S)
