"""How long the benches measure: `make bench` takes its time, the everyday suite takes the bounded short form."""

import os
from typing import Final

IS_FULL: Final = os.environ.get("BAVN_BENCH") == "full"
PATIENCE: Final = 1 if IS_FULL else 20
"""How many times as long everything may take. The everyday suite runs on machines with much else to do, and is to see
only that a measurement still works and nothing is out of all proportion; what is promised, `make bench` shows."""
