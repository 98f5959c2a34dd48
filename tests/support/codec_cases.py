"""Golden texts of the codecs: what a second implementation decodes to check itself."""

from typing import Final

from node.daemon.text_codecs import loaded
from protocol.codec import Codec

TEXTS: Final = (
    "Modtaget.",
    "Hele Skagen er uden strøm siden kl. 02.15. Elnet melder om tre knækkede master.",
    "SITREP 06 KL 0600. Vandet falder, nu 1,10 m. BEHOV: 2 pumper.",
    "vi har ikke stroem paa plejehjemmet, kom hurtigt",
    "Aeldrecentret i Aabenraa: OENSKER VARME",
    "Strømmen er tilbake i sentrum, men ikke på Nordsida.",
    "Vi behöver avlösning klockan sex.",
    "Two casualties, one critical, need helicopter evacuation.",
    "Generator 60 kVA, McDonald, iPhone, ÆØÅ",
    "Behov:\n- 20 madrasser\n- 1 läkare",
    "потрібна вода",
    "🚑",
    "",
)


def codec_vectors() -> list[dict[str, object]]:
    """Every text as codec 3 codes it, and as one deflate coded it: others may code it otherwise."""
    codecs = loaded()
    return [
        {"name": f"{text[:24]!r} by codec {int(codec)}", "codec": int(codec), "body": body.hex(), "text": text}
        for text in TEXTS
        for codec, body in codecs.forms(text)
        if codec is not Codec.RAW
    ]
