"""What `bavn roster` says to a clerk: rosters as lists, what was certified, what somebody brings."""

from typing import Final

YES: Final = ("y", "yes", "j", "ja")
"""What agrees, in either language."""
APPLY: Final = "Apply this? [y/N] "
ALL_REFUSED: Final = (
    "{file}: REFUSED, all {count} ({reasons}). It is another network's, or damaged: compare the root that"
    " bavn roster show tells with your own."
)
TAKEN_BY_STATION: Final = "The station has it now, and passes it on by radio."
NOT_APPLIED: Final = "{where}: not changed; run it again with --yes to apply this"

TEXTS: Final = (APPLY, ALL_REFUSED, TAKEN_BY_STATION, NOT_APPLIED)
