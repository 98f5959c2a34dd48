"""SHEAF: digests of several stations passed on together, each as it was signed (SPEC.md, section 12.1).

```
SHEAF   version 2 | 15 4 | digests less two 2 | 16 8, then 2-5 whole DIGESTs of one length
```
Three digests of one entry fill a frame: the price of two on LONG_FAST, and of one and a half where radios sign.
"""

from dataclasses import dataclass
from typing import Final

from protocol.custody import Digest, decode_digest
from protocol.framing import fitting
from protocol.layout import Layout
from protocol.numbers import FRAME_BYTES_MAX, FrameType, WideType
from protocol.reasons import Dropped, Reason, refuse_ours

SHEAF_HEADER: Final = Layout(2, 4, 2, 8)
SHEAF_MIN: Final = 2
SHEAF_MAX: Final = 5
"""Two bits; three of one entry are what fits."""


@dataclass(frozen=True, slots=True)
class Sheaf:
    """Some digests, in any order."""

    digests: tuple[Digest, ...]
    """`SHEAF_MIN` to `SHEAF_MAX`, none twice, all of one length."""

    def encode(self) -> bytes:
        """The whole frame.

        Raises:
            LocalProtocolError: they do not fit together, or the other end would drop it.
        """
        refuse_ours(self.fault())
        header = SHEAF_HEADER.pack(0, FrameType.ESCAPE, len(self.digests) - SHEAF_MIN, WideType.SHEAF)
        return fitting(header + b"".join(digest.encode() for digest in self.digests))

    def fault(self) -> Dropped | None:
        """What keeps these values off the air, at this end and at the other."""
        pieces = {digest.encode() for digest in self.digests}
        if not SHEAF_MIN <= len(self.digests) <= SHEAF_MAX or len(pieces) < len(self.digests):
            return Dropped(Reason.BAD_NUMBER, "digests")
        if len({len(piece) for piece in pieces}) > 1:
            return Dropped(Reason.DIGEST_NOT_CANONICAL, "digests of several lengths")
        return None


def sheaf_size(digest_bytes: int) -> int:
    """How many digests of one length go into a frame; 1 when there is no room for a second."""
    return max(1, min(SHEAF_MAX, (FRAME_BYTES_MAX - SHEAF_HEADER.size) // digest_bytes))


def decode_sheaf(raw: bytes) -> Sheaf | Dropped:
    """Read a SHEAF; the caller has looked at the first two bytes."""
    count = SHEAF_MIN + (raw[0] & 3)
    size, left = divmod(len(raw) - SHEAF_HEADER.size, count)
    if not size:
        return Dropped(Reason.TRUNCATED, "sheaf")
    if left:
        return Dropped(Reason.TRAILING_BYTES, "sheaf")
    digests: list[Digest] = []
    for at in range(SHEAF_HEADER.size, len(raw), size):
        piece = raw[at : at + size]
        if piece[0] >> 2 != FrameType.DIGEST:
            return Dropped(Reason.TYPE_NOT_SUPPORTED, "only digests are passed on together")
        digest = decode_digest(piece)
        if isinstance(digest, Dropped):
            return digest
        digests.append(digest)
    sheaf = Sheaf(tuple(digests))
    return sheaf.fault() or sheaf
