"""One packet's bytes to what they say (sections 1 and 2.1): the door of this reader."""

from . import bundles, hints, long_texts, proofs, sealed, statements
from .bits import Bits, Dropped
from .sealed import SIGNATURE_BYTES

FRAME_BYTES_MAX = 231
STATEMENT_BYTES_MAX = 200
SEALED_TYPES = (0, 3, 4, 5, 6, 7)
DIGEST, STATEMENT, BUNDLE, WIDER = 2, 13, 14, 15
SHEAF = 16
"""In the second byte behind type 15."""
TYPE_NAMES = {0: "MESSAGE", 1: "ACT", 2: "DIGEST", 3: "LONG", 4: "NOTICE", 5: "newer", 6: "newer", 7: "newer",
              8: "FRAGMENT", 9: "RECEIPT", 10: "BEACON", 11: "INVENTORY", 12: "REQUEST", 13: "STATEMENT",
              14: "BUNDLE"}  # fmt: skip
SIGNED = {0: sealed.read, 1: proofs.read_act, 2: proofs.read_digest, 3: sealed.read, 4: sealed.read, 5: sealed.read,
          6: sealed.read, 7: sealed.read, 13: statements.read}  # fmt: skip
FIXED_BYTES = {0: 12, 1: 11, 2: 6, 3: 12, 4: 12, 5: 12, 6: 12, 7: 12, 13: 15}
"""What stands before options, entries or a body; the signature is taken off the end before anything is read."""
UNSIGNED = {8: long_texts.read_fragment, 9: proofs.read_receipt, 10: hints.read_beacon, 11: hints.read_inventory,
            12: hints.read_request}  # fmt: skip


def read(frame: bytes) -> dict[str, object]:
    """What a frame says, named as on the page; `frame` in it is the frame's name. Dropped: any reason of `decode`."""
    if not frame:
        raise Dropped("empty")
    if len(frame) > FRAME_BYTES_MAX:
        raise Dropped("too_large")
    version, frame_type = frame[0] >> 6, frame[0] >> 2 & 15
    if version == 3 or (version != 0 and frame_type not in SEALED_TYPES):
        raise Dropped("version_unknown")
    if frame_type == BUNDLE:
        return _bundle(frame)
    if frame_type == WIDER:
        return _sheaf(frame)
    said: dict[str, object] = {"frame": "newer" if version else TYPE_NAMES.get(frame_type)}
    if frame_type in SIGNED:
        if len(frame) < FIXED_BYTES[frame_type] + SIGNATURE_BYTES:
            raise Dropped("truncated")
        bits = Bits(frame[:-SIGNATURE_BYTES])
        bits.demand(frame_type != STATEMENT or len(frame) <= STATEMENT_BYTES_MAX, "too_large")
        said |= SIGNED[frame_type](bits)
        said["signature"] = frame[-SIGNATURE_BYTES:]
    elif frame_type in UNSIGNED:
        bits = Bits(frame)
        said |= UNSIGNED[frame_type](bits)
    else:
        raise Dropped("type_not_supported")
    bits.judge()
    return said


def _bundle(frame: bytes) -> dict[str, object]:
    """Riders, and the frame that carries them (section 12)."""
    bits = Bits(frame)
    riders = bundles.read_riders(bits)
    carrier = bits.take(max(1, bits.left()))
    if carrier[0] >> 2 & 15 == BUNDLE:
        bits.stop("type_not_supported")
    try:
        main = read(carrier)
    except Dropped as dropped:
        raise Dropped(*bits.faults, *dropped.reasons) from None
    if main["frame"] not in bundles.CARRIERS:
        bits.stop("type_not_supported")
    whole = bundles.named(riders, main, bits)
    bits.judge()
    return {"frame": "BUNDLE", "riders": whole, "main": main}


def _sheaf(frame: bytes) -> dict[str, object]:
    """Some DIGESTs of one length (section 12.1)."""
    if frame[1:2] != bytes([SHEAF]):
        raise Dropped("type_not_supported")
    count, together = (frame[0] & 3) + 2, frame[2:]
    each, over = divmod(len(together), count)
    if over:
        raise Dropped("trailing_bytes")
    digests = [together[index * each :][:each] for index in range(count)]
    faults = ["bad_number"] if len(set(digests)) < count else []
    said = []
    for digest in digests:
        if digest and digest[0] >> 2 != DIGEST:
            raise Dropped(*faults, "type_not_supported")
        try:
            said.append(read(digest or b"\x08"))
        except Dropped as dropped:
            faults += dropped.reasons
    if faults:
        raise Dropped(*faults)
    return {"frame": "SHEAF", "digests": said}
