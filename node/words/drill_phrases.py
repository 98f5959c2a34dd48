"""What is said of a rehearsal."""

from typing import Final

HEAD: Final = "{title}: {stations} stations, {hours} hours, played in {real} s ({factor} times as fast)"
WRITTEN: Final = "{written} messages written for {owed} stations, {arrived} arrived; {acts} acts; {refused} refused"
TIMES: Final = "{precedence}: {count} arrived, half within {median} s, 99 % within {p99} s, the last after {most} s"
AIR: Final = "fullest hour of any radio: {most} % sending; a station finds the channel taken {channel} % of the time"
WORK: Final = "{events} events, {rate} a second, {share} % of the time for signatures"
HOLDS: Final = "nothing accepted was lost, came twice, was forged or is left over"
BROKEN: Final = "{count} things are not as they must be:"
TEXTS: Final = (HEAD, WRITTEN, TIMES, AIR, WORK, HOLDS, BROKEN)
