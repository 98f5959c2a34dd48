"""Where the simulated device differs from a recording, and why: the rows of RADIOS.md's table, as patterns.

Every other deviation is a defect of the model, and a row that nothing matches any more is to be struck out.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explained:
    """One row."""

    recordings: str
    """Pattern of names."""
    sentences: str
    """Pattern found in each deviation that it explains."""
    why: str
    """As in RADIOS.md, first column."""

    def explains(self, name: str, what: str) -> bool:
        return bool(re.fullmatch(self.recordings, name) and re.search(self.sentences, what))


EXPLAINED = (
    Explained(
        "f_.*",
        r"report 0 about (own|#)|ADMIN_APP request|routing NONE about #\d+ hops 3/0",
        "order of the own device's answers and reports",
    ),
    Explained("f_.*|c_28_b_reboot", "node_info ", "whom a device lists, in which order, after a restart"),
    Explained("a_2[78]_handshake_fresh", "fileInfo", "files of a fresh device"),
    Explained("f_27_add_contact", "own .* (93|102) B|NODEINFO_APP", "what a device sends by itself"),
    Explained("f_28_add_contact", "", "what a device sends by itself"),
    Explained("f_2[78]_get", "own .* 104 B|NODEINFO_APP", "what a device sends by itself"),
    Explained("a_28_heartbeat", "report 0 about own", "what a device sends by itself"),
    Explained("a_28_handshake_3nodes", "A>C own .* want_ack 55 B", "what a device sends by itself"),
    Explained("b_28_text_broadcast", "own .* 91 B|report 0 about own|NODEINFO_APP", "what a device sends by itself"),
    Explained("b_27_(priority|queue_full)", "", "pauses of the recorder's radio between frames"),
)
