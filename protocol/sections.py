"""What an authority's section of the roster holds at a version: shows whether a roster is whole (SPEC.md, section 10).

```
9 section     version u32 | H 32          its number is the authority's own
```
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from protocol.reasons import Dropped, Reason

VERSION_BYTES: Final = 4
SECTION_DIGEST_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionBody:
    """One version of a section."""

    version: int
    """1 to 2^32 - 1; the higher one counts, and the statement's renewal is its lowest eight bits."""
    digest: bytes
    """32 bytes: `section_digest` of what it holds."""

    def encode(self) -> bytes:
        """The bytes after the statement's header."""
        return self.version.to_bytes(VERSION_BYTES, "big") + self.digest

    def fault(self) -> Dropped | None:
        """What no receiver would accept."""
        if not 1 <= self.version < 1 << 8 * VERSION_BYTES:
            return Dropped(Reason.BAD_NUMBER, f"version {self.version}")
        return None if len(self.digest) == SECTION_DIGEST_BYTES else Dropped(Reason.STATEMENT_MALFORMED, "section")


def decode_section(raw: bytes) -> SectionBody | Dropped:
    """Read the body of class 9."""
    if len(raw) < VERSION_BYTES:
        return Dropped(Reason.STATEMENT_MALFORMED, "section")
    return SectionBody(version=int.from_bytes(raw[:VERSION_BYTES], "big"), digest=raw[VERSION_BYTES:])


def section_digest(statements: Iterable[bytes]) -> bytes:
    """32 bytes over the newest certificates and memberships that an authority issued, whole frames in any order."""
    hashes = sorted(sha256(raw).digest() for raw in statements)
    return sha256(b"bavn section 0" + b"".join(hashes)).digest()
