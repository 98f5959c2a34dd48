"""`bavn radio` that is killed the moment it says a word on standard error.

mortal_program.py WORD ARGUMENTS...

A test that reads the word and kills then comes too late when something else has the processor meanwhile.
"""

import os
import signal
import sys

from hardware.radio_command import main


class LastWords:
    """Standard error that takes the program with it.

    Args:
        word: what must not be said.
    """

    def __init__(self, word: str) -> None:
        self._word = word

    def write(self, text: str) -> int:
        if self._word in text:
            os.kill(os.getpid(), signal.SIGKILL)
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def isatty(self) -> bool:
        return False


if __name__ == "__main__":
    sys.stderr = LastWords(sys.argv.pop(1))  # type: ignore[assignment]
    sys.exit(main())
