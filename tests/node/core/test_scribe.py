"""Notes of people, and the log handed out."""

import pytest

from node.core.effects import Done, Noted, Refusal, Refused
from node.core.events import LogHandedOut, NoteWritten
from node.core.log_entries import REAL, LogKind
from node.core.policy import NOTE_BYTES_MAX, NOTE_PARTY_BYTES_MAX
from protocol.numbers import Address, Kind
from tests.support.mesh import Mesh
from tests.support.network import CARE, KHJ, MLA, STAFF, SmallNetwork

CALL = NoteWritten(1, MLA, "Pumpen kører igen", "phone", "Vandværket", "Vagten", 1_790_000_000_000)


@pytest.fixture
def mesh(network: SmallNetwork) -> Mesh:
    mesh = Mesh(network, links=((CARE, STAFF),))
    network.log_in(CARE, MLA)
    mesh.start(CARE)
    return mesh


def test_a_note_stands_in_the_log_with_its_author_and_how_it_came(mesh: Mesh) -> None:
    mesh.happen(CARE, CALL)
    answer = mesh.nodes[CARE].replies[-1]
    assert isinstance(answer, Noted)
    (entry,) = mesh.nodes[CARE].store.log_entries(REAL, answer.number, 1)
    assert (entry.kind, entry.who) == (LogKind.NOTE, Address(Kind.OPERATOR, MLA))
    assert dict(entry.details) == {
        "text": "Pumpen kører igen",
        "channel": "phone",
        "from": "Vandværket",
        "to": "Vagten",
        "written_ms": "1790000000000",
    }


@pytest.mark.parametrize(
    ("note", "refusal"),
    [
        (NoteWritten(1, KHJ, "Ikke på vagt"), Refusal.NOT_ON_DUTY),
        (NoteWritten(1, MLA, " \n"), Refusal.TEXT_EMPTY),
        (NoteWritten(1, MLA, "x" * (NOTE_BYTES_MAX + 1)), Refusal.TEXT_TOO_LONG),
        (NoteWritten(1, MLA, "x", caller="x" * (NOTE_PARTY_BYTES_MAX + 1)), Refusal.TEXT_TOO_LONG),
    ],
)
def test_a_note_that_cannot_be_is_refused_and_leaves_no_entry(mesh: Mesh, note: NoteWritten, refusal: Refusal) -> None:
    before = mesh.nodes[CARE].store.log_head(REAL)
    mesh.happen(CARE, note)
    answer = mesh.nodes[CARE].replies[-1]
    assert isinstance(answer, Refused)
    assert answer.refusal is refusal
    assert mesh.nodes[CARE].store.log_head(REAL) == before


def test_handing_out_is_entered_and_signed_to_the_end(mesh: Mesh) -> None:
    mesh.happen(CARE, CALL)
    mesh.happen(CARE, LogHandedOut(2))
    assert isinstance(mesh.nodes[CARE].replies[-1], Done)
    store = mesh.nodes[CARE].store
    told = store.last_log_entry(REAL, LogKind.EXPORTED)
    checkpoint = store.last_checkpoint(REAL)
    assert told is not None
    assert checkpoint is not None
    assert checkpoint.entries == told.number == int(told.detail("entries"))
