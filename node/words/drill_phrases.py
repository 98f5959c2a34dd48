"""What is said of a rehearsal."""

from typing import Final

HEAD: Final = "{title}: {stations} stations, {hours} hours, played in {real} s ({factor} times as fast)"
WRITTEN: Final = "{written} messages written for {owed} stations, {arrived} arrived; {acts} acts; {refused} refused"
TIMES: Final = "{precedence}: {count} arrived, half within {median} s, 99 % within {p99} s, the last after {most} s"
AIR: Final = "fullest hour of any radio: {most} % sending; a station finds the channel taken {channel} % of the time"
WORK: Final = "{events} events, {rate} a second, {share} % of the time for signatures"
HOLDS: Final = "nothing accepted was lost, came twice, was forged or is left over"
BROKEN: Final = "{count} things are not as they must be:"
OWED: Final = "for {owed} of these there was a path with airtime to spare"
MISSING: Final = "{count} did not arrive: {causes}"
ORIGIN_OFF: Final = "{count} whose sender had no power any more"
RECIPIENT_OFF: Final = "{count} whose recipient had none any more"
NO_PATH: Final = "{count} without any path"
EXPIRED: Final = "{count} whose path came after their time"
NO_AIRTIME: Final = "{count} whose path had no airtime to spare"
UNDER_WAY: Final = "{count} still under way at the end"
UNEXPLAINED: Final = "{count} UNEXPLAINED"
FLASH: Final = "FLASH over at most four radios: {count} arrived, half within {median} s, 99 % within {p99} s"
HINTS: Final = "beacons and inventories: {mean} % of the channel, {most} % where most of them are heard"
REVOCATION: Final = "a revocation at {at} s reached {soon} of {reachable} stations in three minutes, {late} in fifteen"
TEXTS: Final = (
    *(FLASH, HINTS, REVOCATION),
    *(HEAD, WRITTEN, TIMES, AIR, WORK, HOLDS, BROKEN, OWED, MISSING),
    *(ORIGIN_OFF, RECIPIENT_OFF, NO_PATH, EXPIRED, NO_AIRTIME, UNDER_WAY, UNEXPLAINED),
)
