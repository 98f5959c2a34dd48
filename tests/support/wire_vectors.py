"""Write the golden vectors of the wire: `python -m tests.support.wire_vectors --accept`.

Without `--accept` it only says which files would change, since golden bytes change together with the specification or
not at all.
"""

import argparse
import json
import sys
from dataclasses import fields, is_dataclass
from enum import IntEnum
from pathlib import Path
from typing import Final

from protocol.codec import decode_text
from protocol.frames import Beacon, Bundle, Frame, Message, Receipt
from protocol.reasons import Dropped
from protocol.sealing import fingerprint
from tests.support.codec_cases import codec_vectors
from tests.support.confidential_cases import ConfidentialCase, confidential_cases
from tests.support.identities import exchange_key, exchange_public, public, signing_key
from tests.support.wire_cases import Case, all_cases

FOLDER: Final = Path(__file__).resolve().parents[1] / "vectors" / "wire"
KEYS: Final = ("root", "authority", "ODK", "SVN", "KHJ", "MAP", "ØÅ", "ODK exercise", "SVN exercise", "KHJ exercise")


def plain(value: object) -> object:
    """A value as JSON holds it: bytes in hexadecimal, codes as numbers, values with names as objects."""
    match value:
        case bytes():
            return value.hex()
        case IntEnum():
            return int(value)
        case tuple():
            return [plain(one) for one in value]
        case _ if is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            return value


def vector(case: Case) -> dict[str, object]:
    """One case with all that another implementation needs to check itself."""
    frame: Frame = case.frame
    entry: dict[str, object] = {"name": case.name, "frame": type(frame).__name__, "fields": plain(frame)}
    entry["hex"] = frame.encode().hex()
    if isinstance(frame, Receipt | Bundle | Beacon) and case.to_sign:
        entry["mac_over"] = case.to_sign.hex()
    elif case.to_sign:
        entry["to_sign"] = case.to_sign.hex()
        entry["fingerprint"] = fingerprint(case.to_sign).hex()
    if case.coded:
        entry["coded"] = case.coded.hex()
    if isinstance(frame, Message) and not frame.confidential:
        text = decode_text(frame.codec, frame.body)
        entry["text"] = None if isinstance(text, Dropped) else text
    return entry


def confidential_vector(case: ConfidentialCase) -> dict[str, object]:
    """A confidential case with what its readers have and read."""
    entry = vector(Case(case.name, case.frame, case.to_sign))
    return {**entry, "plaintext": case.plaintext.hex(), "keys": plain(case.keys)}


def key_vector(name: str) -> dict[str, str]:
    """The keys of a name; an exchange key too, though only stations use theirs."""
    return {
        "name": name,
        "signing_private": signing_key(name).private_bytes_raw().hex(),
        "signing_public": public(name).hex(),
        "exchange_private": exchange_key(name).private_bytes_raw().hex(),
        "exchange_public": exchange_public(name).hex(),
    }


def files() -> dict[str, str]:
    """The text of every file as the code would write it now."""
    contents: dict[str, object] = {stem: [vector(case) for case in cases] for stem, cases in all_cases().items()}
    contents["confidential"] = [confidential_vector(case) for case in confidential_cases()]
    contents["codecs"] = codec_vectors()
    contents["keys"] = [key_vector(name) for name in KEYS]
    return {
        f"{stem}.json": json.dumps(content, ensure_ascii=False, indent=1) + "\n" for stem, content in contents.items()
    }


def main() -> int:
    """Write what changed, if told to accept it; 1 when it was not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accept", action="store_true", help="overwrite; the specification says why")
    accept = parser.parse_args().accept
    changed = {
        name: text
        for name, text in files().items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text() != text
    }
    for name, text in changed.items():
        sys.stdout.write(f"{'written' if accept else 'would change'}: {name}\n")
        if accept:
            (FOLDER / name).write_text(text)
    return 1 if changed and not accept else 0


if __name__ == "__main__":
    sys.exit(main())
