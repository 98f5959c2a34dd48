"""One target under atheris, which follows what the code does: `python -m tests.fuzz.guided NAME [libFuzzer's options]`.

Run by `tests.fuzz.run`; ends with the process.
"""

import sys
import zlib

import atheris

with atheris.instrument_imports(include=["protocol", "node.cli.wire_cutting", "node.cli.wire_cutting_statements"]):
    from tests.fuzz.targets import TARGETS, checked

MEMORY_OF = 16
"""One input in so many has its memory watched, which makes it several times slower."""


def main() -> None:
    name = sys.argv.pop(1)
    target = TARGETS[name]
    for seed in target.seeds():
        target.read(seed)  # What is loaded once is loaded now.

    def read(raw: bytes) -> None:
        if zlib.crc32(raw) % MEMORY_OF:
            target.read(raw)
        else:
            checked(target, raw)

    atheris.Setup(sys.argv, read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
