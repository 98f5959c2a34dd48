"""How long the benches measure: `make bench` takes its time, the everyday suite takes the bounded short form."""

import os
from typing import Final

IS_FULL: Final = os.environ.get("BAVN_BENCH") == "full"
