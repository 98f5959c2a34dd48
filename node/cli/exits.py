"""What a command's exit code says, the same for every command."""

from typing import Final

DONE: Final = 0
REFUSED: Final = 1
"""It was not done; one line on standard error says why and what to do."""
USAGE: Final = 2
"""The command line says something that cannot be meant; argparse uses the same."""
NO_STATION: Final = 3
"""No station answers at the socket."""
INTERRUPTED: Final = 130
"""By the keyboard, as shells count signals: 128 + SIGINT."""
