"""Print where the simulated radios differ from recordings: `python -m tests.hardware.simulated.compare [PATH ...]`.

Without paths those of the test vectors. `--runs N` sets how many chances are drawn; `--all` shows what is explained
too.
"""

import argparse
import sys
from pathlib import Path

from tests.hardware import recordings
from tests.hardware.simulated.alike import deviations
from tests.hardware.simulated.explained import EXPLAINED


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=160)
    parser.add_argument("--all", action="store_true")
    asked = parser.parse_args()
    names = [str(path.resolve().with_suffix("")) for path in asked.paths] or recordings.names()
    count = 0
    for name in names:
        for each in deviations(name, range(asked.runs)):
            if asked.all or not any(explained.explains(Path(name).name, each.what) for explained in EXPLAINED):
                count += 1
                sys.stdout.write(f"{each}\n")
    sys.stdout.write(f"{len(names)} recordings, {asked.runs} runs of each: {count} deviations\n")
    return 1 if count else 0


if __name__ == "__main__":
    raise SystemExit(main())
