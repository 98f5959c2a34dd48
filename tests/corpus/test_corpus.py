"""The held-out messages are as they were frozen, the shipped tables are those that the specification names."""

from hashlib import sha256

import pytest

from node.daemon.text_codecs import loaded
from protocol.mixing.tables import TABLES_BYTES_MAX
from tests.corpus.build import PRIME, SHIPPED, TABLES
from tests.corpus.texts import FOLDER, LANGUAGES, held_out, voices

CHARACTERS = 365
CONFIDENTIAL_ROOM_BYTES = 231 - 84
SPECIFICATION = (SHIPPED.parent / "SPEC.md").read_text(encoding="utf-8")
FROZEN = {
    "da": "19949c6f9c61740a2dbc16704d0a60570a197c46fe1d4a75c17a60072e0590ea",
    "nb": "df21f118ea3c47bdc3d33a78c7670b77087eea8e4a82e2c829ea8f52128ad2ec",
    "sv": "35fcc8e9ba2a68ea1dace5a533d7806346458567b7f7b31f952df178402f7b93",
    "en": "28fee32947f92ac0026fb91d96b6aae4243f4812786d70b75bf942c4972e03ee",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_measured_on_was_frozen_before_anything_was_chosen(language: str) -> None:
    raw = (FOLDER / "held_out" / f"{language}.txt").read_bytes()
    assert sha256(raw).hexdigest() == FROZEN[language]


def test_no_held_out_message_is_in_the_corpus() -> None:
    corpus = {text for voice in voices() for text in voice.messages}
    assert not corpus & {text for language in LANGUAGES for text in held_out(language)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_365_characters_fit_one_packet_also_confidentially(language: str) -> None:
    codecs, messages = loaded(), list(held_out(language))
    bodies = []
    for at in range(0, len(messages), 4):
        text = ""
        for more in (*messages[at:], *messages[:at]):
            if len(text) + len(more) > CHARACTERS:
                break
            text += f"{more} "
        bodies.append(codecs.encode(text.strip())[1])
    assert len(bodies) > 10
    assert max(map(len, bodies)) <= CONFIDENTIAL_ROOM_BYTES


@pytest.mark.parametrize("name", [TABLES, PRIME])
def test_the_specification_names_the_shipped_files(name: str) -> None:
    raw = (SHIPPED / name).read_bytes()
    assert f"| `{name}` | {len(raw)} | `{sha256(raw).hexdigest()}` |" in SPECIFICATION
    assert len(raw) <= TABLES_BYTES_MAX
