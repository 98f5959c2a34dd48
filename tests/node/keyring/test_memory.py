"""Keys in memory stay there."""

import subprocess
import sys

_LOOK = """
import ctypes, resource
from node.keyring.memory import keep_memory_private
PR_GET_DUMPABLE = 3
keep_memory_private()
print(ctypes.CDLL(None).prctl(PR_GET_DUMPABLE), *resource.getrlimit(resource.RLIMIT_CORE))
"""


def test_memory_is_neither_dumped_nor_open_to_other_programs() -> None:
    said = subprocess.run([sys.executable, "-c", _LOOK], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["0", "0", "0"]
