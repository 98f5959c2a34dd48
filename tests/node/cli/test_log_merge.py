"""`bavn log merge`: two stations' exported logs in one order, with public keys and no station."""

import json
from pathlib import Path

import pytest

from node.cli.main import main
from node.core.log_evidence import Heading, Statement, evidence_of
from node.store.log_file import end_piece, piece
from protocol.numbers import Address, Kind, Precedence
from tests.support.mesh import Mesh
from tests.support.network import CARE, CRISIS_STAFF, RELAY, STAFF, small_network


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The logs of a care home whose clock is an hour ahead and of a crisis staff that has none."""
    network, directory = small_network(), tmp_path_factory.mktemp("logs")
    mesh = Mesh(network, links=((CARE, RELAY), (RELAY, STAFF)))
    mesh.nodes[CARE].utc_offset_ms, mesh.nodes[STAFF].utc_offset_ms = 3_600_000, None
    mesh.start()
    message = mesh.compose(CARE, Address(Kind.FUNCTION, CRISIS_STAFF), precedence=Precedence.FLASH)
    mesh.run_until(lambda: mesh.has(STAFF, message), within_s=600)
    return _file(directory, mesh, CARE), _file(directory, mesh, STAFF)


def _file(directory: Path, mesh: Mesh, number: int) -> str:
    path = directory / f"log-{number}.bavn"
    roster = mesh.network.roster
    heading = [Heading(roster.root, number, "0"), *map(Statement, roster.statements())]
    path.write_bytes(b"".join(map(piece, [*heading, *evidence_of(mesh.nodes[number].store)])) + end_piece())
    return str(path)


def test_a_message_arrives_after_it_was_written(exported: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "merge", "--json", *exported]) == 0
    told = [one for one in json.loads(capsys.readouterr().out) if one["kind"] in ("composed", "accepted")]
    said = [(one["station"], one["kind"], one["message"], one["trusted"]) for one in told]
    assert said == [("PLH", "composed", "PLH-00001", True), ("KRS", "accepted", "PLH-00001", False)]


def test_it_is_a_line_for_people(exported: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "merge", *exported]) == 0
    (line,) = [one for one in capsys.readouterr().out.splitlines() if " accepted " in one]
    assert "? KRS " in line
    assert "PLH-00001" in line


def test_a_file_that_is_no_log_is_named_with_the_remedy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "no.bavn"
    path.write_bytes(b"no log")
    assert main(["log", "merge", str(path)]) == 1
    assert "bavn log verify FILE" in capsys.readouterr().err
