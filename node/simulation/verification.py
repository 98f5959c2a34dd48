"""Checking signatures once for a whole network: the answer depends on key, signature and bytes alone.

Every station of a simulation asks the same questions. What a station is charged for is what it asked, known or not.
"""

from collections import OrderedDict
from time import perf_counter_ns
from typing import Final

from protocol.signatures import ED25519

REMEMBERED_MAX: Final = 16_384
"""Answers kept, about 4 MB: what a large network says within minutes."""


class MemoisedSignatures:
    """Implements `protocol.signatures.Signatures`; shared by all stations of a run."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[bytes, bytes, bytes], bool] = OrderedDict()
        self.asked = 0
        """Questions so far."""
        self.checked = 0
        """Of these, the ones that had to be computed."""
        self.checking_ns = 0
        """Real time that these took."""

    def verify(self, public_key: bytes, signature: bytes, data: bytes) -> bool:
        """Whether the holder of the key signed the bytes."""
        self.asked += 1
        question = (public_key, signature, data)
        answer = self._known.get(question)
        if answer is None:
            began_ns = perf_counter_ns()
            answer = ED25519.verify(public_key, signature, data)
            self.checking_ns += perf_counter_ns() - began_ns
            self.checked += 1
            if len(self._known) >= REMEMBERED_MAX:
                self._known.popitem(last=False)
            self._known[question] = answer
        return answer
