"""Put the sizes and hashes of the shipped files where the specification names them."""

import re
from hashlib import sha256
from pathlib import Path


def specify(folder: Path, names: tuple[str, ...]) -> None:
    """Rewrite the rows of the table in SPEC.md."""
    document = folder.parent / "SPEC.md"
    text = document.read_text(encoding="utf-8")
    for name in names:
        raw = (folder / name).read_bytes()
        row = f"| `{name}` | {len(raw)} | `{sha256(raw).hexdigest()}` |"
        text = re.sub(rf"^\| `{re.escape(name)}` \|.*$", row, text, flags=re.MULTILINE)
    document.write_text(text, encoding="utf-8")
