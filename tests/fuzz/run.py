"""Every reader of bytes from outside, for so many seconds each.

    make fuzz                              # a minute each
    make fuzz FUZZ_S=600 FUZZ=text         # ten minutes of one
    python -m tests.fuzz.run --input HEX --only text

With atheris where it has a wheel for this machine and Python, which finds its way by what the code does; elsewhere with
changes of good bytes by chance, from a seed, and the reason is said. What is found is printed as hex, to be run again
with `--input` and to become a test.
"""

import argparse
import importlib.util
import platform
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from random import Random

from tests.fuzz.mutations import BYTES_MAX, mutated
from tests.fuzz.targets import TARGETS, Target, checked

MEMORY_MB_MAX = 1024
"""The process under atheris; a reader that runs away ends there."""
INPUT_S_MAX = 10
"""One input: a hundred times what the slowest takes."""
MEMORY_OF = 16
"""One input in so many has its memory watched."""
LINES_TOLD_MAX = 40
"""Of what atheris says when it found something: the traceback and libFuzzer's own words."""


def main() -> int:
    """1 when something was found."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60, help="for each")
    parser.add_argument("--only", choices=TARGETS, action="append", default=[])
    parser.add_argument("--seed", type=int, default=1, help="of chance, without atheris")
    parser.add_argument("--input", metavar="HEX", help="read this alone")
    asked = parser.parse_args()
    names = asked.only or list(TARGETS)
    if asked.input is not None:
        for name in names:
            checked(TARGETS[name], bytes.fromhex(asked.input))
        return 0
    is_guided = importlib.util.find_spec("atheris") is not None
    if not is_guided:
        machine = f"{platform.machine()}, Python {platform.python_version()}"
        _say(f"NOT GUIDED: atheris is not installed (none for {machine}, or no  make fuzz); changes by chance instead")
    search = guided if is_guided else by_chance
    found = [name for name in names if not search(name, TARGETS[name], asked.seconds, asked.seed)]
    _say(f"found in: {', '.join(found)}" if found else f"nothing found in {len(names)} readers")
    return 1 if found else 0


def guided(name: str, target: Target, seconds: int, seed: int) -> bool:
    """Whether atheris found nothing, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        corpus, results = Path(folder, "corpus"), Path(folder, "results")
        corpus.mkdir()
        results.mkdir()
        for good in target.seeds():
            (corpus / sha256(good).hexdigest()).write_bytes(good)
        options = {
            "max_total_time": seconds,
            "max_len": BYTES_MAX,
            "rss_limit_mb": MEMORY_MB_MAX,
            "timeout": INPUT_S_MAX,
            "seed": seed,
            "print_final_stats": 1,
            "verbosity": 0,
            "artifact_prefix": f"{results}/",
        }
        words = [sys.executable, "-m", "tests.fuzz.guided", name, str(corpus)]
        words += [f"-{option}={value}" for option, value in options.items()]
        ended = subprocess.run(words, capture_output=True, text=True, check=False)
        said = ended.stdout + ended.stderr
        runs = next((line.split()[-1] for line in said.splitlines() if "number_of_executed_units" in line), "?")
        bad = [path.read_bytes() for path in sorted(results.iterdir())]
        if ended.returncode == 0:
            _say(f"{name}: {runs} inputs in {seconds} s, nothing")
            return True
        told = [line for line in said.splitlines() if not line.startswith(("INFO:", "WARNING:"))]
        _say("\n".join([f"{name}: FOUND after {runs} inputs", *told[-LINES_TOLD_MAX:]]))
        for raw in bad:
            _say(f"again: python -m tests.fuzz.run --only {name} --input {raw.hex()}")
        return False


def by_chance(name: str, target: Target, seconds: float, seed: int) -> bool:
    """Whether changes of good bytes found nothing."""
    chance, seeds = Random(f"{seed} {name}"), target.seeds()
    for good in seeds:
        target.read(good)  # What is loaded once is loaded now.
    runs, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        raw = mutated(seeds, chance)
        runs += 1
        try:
            _read(target, raw, watched=runs % MEMORY_OF == 0)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            _say(f"{name}: FOUND after {runs} inputs: {error!r}")
            _say(f"again: python -m tests.fuzz.run --only {name} --input {raw.hex()}")
            return False
    _say(f"{name}: {runs} inputs in {seconds} s, nothing")
    return True


def _read(target: Target, raw: bytes, *, watched: bool) -> None:
    if watched:
        checked(target, raw)
    else:
        target.read(raw)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
