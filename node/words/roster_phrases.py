"""What `bavn roster` says to a clerk: rosters as lists, what was certified, what a plan asks for, what somebody brings.

In English it stays as programs have always read it in `--json`, which is never translated.
"""

from typing import Final

from node.keyring.planning import What
from node.keyring.taking import Verdict
from protocol.revocations import RevocationReason

YES: Final = ("y", "yes", "j", "ja")
"""What agrees, in either language."""

# Of one statement
MEMBERS: Final = "members of {holder}, version {version}: {members}"
SECTION: Final = "section of {holder}: version {version}"
REVOKED: Final = "revoked    {holder}: key {key}, {reason}"
CERTIFIED: Final = "certified  {holder}: {code} {name}, until {until}"
CERTIFIED_FOR_GOOD: Final = "certified  {holder}: {code} {name}, until open"
RENEWED: Final = "renewed    {holder}: {code} {name}, until {until}"
RENEWED_FOR_GOOD: Final = "renewed    {holder}: {code} {name}, until open"
REASONS: Final = {
    RevocationReason.UNSAID: "unsaid",
    RevocationReason.LOST: "lost",
    RevocationReason.STOLEN: "stolen",
    RevocationReason.LEFT: "left",
    RevocationReason.REPLACED: "replaced",
    RevocationReason.MISUSED: "misused",
    RevocationReason.PRESIGNED: "presigned",
}

# A roster as a list
ROOT: Final = "root"
FOR_EXERCISES: Final = "exercise"
INCARNATION: Final = "incarnation {incarnation}"
KIOSK: Final = "kiosk"
NEEDS_RELEASER: Final = "FLASH needs a releaser"
AT_STATION: Final = "station {stations}"
DEPUTY: Final = "deputy {function}"
NODE: Final = "node {node}"
IS_REVOKED: Final = "REVOKED"
IS_EXPIRED: Final = "EXPIRED {until}"
EXPIRES_SOON: Final = "until {until}: renew it"
UNTIL: Final = "until {until}"
SECTION_STANDS: Final = "section   {authority:>6}  version {version}"
NOT_WHOLE: Final = "NOT WHOLE: import the authority's newest roster"

# What one sitting did
CERTIFICATES: Final = "{file}: {count} certificates"
KEYS: Final = "{place}: {count} keys"
PRESIGNED: Final = "{place}: {count} signed in advance, for the safe alone"
SLIP: Final = "{file}: print it, hand it over, delete the file"
SLIPS: Final = "{place}: {count} slips: print them, hand them over, delete the folder"
HAND_OUT_NEXT: Final = "next: bavn roster hand-out {place} {number} TARGET, and the new roster to all stations"
OLD_KEY_SIGNS: Final = (
    "the old key still signs; if it may be in other hands:  bavn roster revoke {place} station {number} --old"
)

# A plan
PENDING: Final = {
    What.ADD: "add {holder}",
    What.RENEW: "renew {holder}",
    What.MEMBERS: "say who is in {holder}",
    What.EMERGENCY: "make a break-glass key for {holder}",
    What.EXERCISE: "make an exercise key for {holder}",
}
NOTHING_TO_DO: Final = "nothing to do: the network is as the plan says"
UNPLANNED: Final = "not in the plan, left as it is: {said}"

# What somebody brings
VERDICTS: Final = {
    Verdict.NEW: "new",
    Verdict.RENEWED: "renewed",
    Verdict.REVOKED: "revoked",
    Verdict.CONFLICT: "conflict",
    Verdict.REFUSED: "refused",
}
WHY: Final = "why: {reason}"
CLAIMED: Final = "authority {theirs} claims a number of authority {ours}: agree by voice who takes another"
SAID_TWICE: Final = "two say this differently"
HERE: Final = "here: {said}"
FALLS: Final = "falls    {said}: its authority's key ended; import what the authority signed anew"
UNREAD: Final = "unread   {fault}"
OLDER: Final = "{count} known or older"
CHANGED: Final = "{where}: changed"
NOTHING_NEW: Final = "{where}: nothing new"
NOT_APPLIED: Final = "{where}: not changed; run it again with --yes to apply this"
APPLY: Final = "Apply this? [y/N] "
READ_ALOUD: Final = "Have {name}'s root read aloud, and type its {count} digits: "
ALL_REFUSED: Final = (
    "{file}: REFUSED, all {count} ({reasons}). It is another network's, or damaged: compare the root that"
    " bavn roster show tells with your own."
)
TAKEN_BY_STATION: Final = "The station has it now, and passes it on by radio."
RECOGNISED: Final = (
    "Its roster can be shown and compared here. Stations do not take messages of another network in this version."
)
SHARED: Final = (
    "{count} numbers are used in both, by other holders: nobody has to be renumbered, since each number is signed"
    " together with its network's root."
)
SHARED_ONE: Final = "  {holder}: here {ours}, there {theirs}"
NONE_RECOGNISED: Final = "no other network was recognised"

TEXTS: Final = (
    *(MEMBERS, SECTION, REVOKED, CERTIFIED, CERTIFIED_FOR_GOOD, RENEWED, RENEWED_FOR_GOOD),
    *REASONS.values(),
    *(ROOT, FOR_EXERCISES, INCARNATION, KIOSK, NEEDS_RELEASER, AT_STATION, DEPUTY, NODE, IS_REVOKED, IS_EXPIRED),
    *(EXPIRES_SOON, UNTIL, SECTION_STANDS, NOT_WHOLE, CERTIFICATES, KEYS, PRESIGNED, SLIP, SLIPS, HAND_OUT_NEXT),
    OLD_KEY_SIGNS,
    *PENDING.values(),
    *(NOTHING_TO_DO, UNPLANNED),
    *VERDICTS.values(),
    *(
        WHY,
        CLAIMED,
        SAID_TWICE,
        HERE,
        FALLS,
        UNREAD,
        OLDER,
        CHANGED,
        NOTHING_NEW,
        NOT_APPLIED,
        APPLY,
        READ_ALOUD,
        ALL_REFUSED,
    ),
    *(TAKEN_BY_STATION, RECOGNISED, SHARED, SHARED_ONE, NONE_RECOGNISED),
)
