"""A form is shown as rows with the names that the station knows, or as what it is: broken, newer, not known."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from node.api.faults import FaultCode, Refused
from node.api.forms import Entry, FilledForm, ShownForm
from node.api.messages import Legibility, ShownMessage
from node.core.effects import Accepted
from node.core.events import Composed, FrameHeard
from node.core.reckoning import NOTHING_KEPT
from node.core.records import ItemKey
from node.daemon.form_filling import form_of
from node.daemon.form_names import StationNames
from node.daemon.showing import Showing
from node.store.sqlite import SqliteStore
from node.words.form_page import form_lines
from protocol.decode import decode
from protocol.forms.filling import Problem
from protocol.forms.packing import encode_form
from protocol.frames import Message
from protocol.numbers import Address, Kind, Precedence, Reference
from protocol.sealing import seal
from tests.support.mesh import UTC_MS, Mesh
from tests.support.network import CARE, CRISIS_STAFF, KHJ, MLA, STAFF, signing_key, small_network

TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)


@pytest.fixture
def mesh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mesh]:
    for name in ("BAVN_LANG", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)
    network = small_network()
    network.log_in(CARE, MLA)
    stores: list[SqliteStore] = []

    def make_store(number: int) -> SqliteStore:
        stores.append(SqliteStore(tmp_path / f"{number}.db"))
        return stores[-1]

    mesh = Mesh(network, links=((CARE, STAFF),), make_store=make_store)
    mesh.start()
    yield mesh
    for store in stores:
        store.close()


def showing(mesh: Mesh, number: int) -> Showing:
    node = mesh.nodes[number]
    assert node.station is not None
    assert node.here is not None
    now = mesh.moment(node)
    return Showing(node.here, node.station.snapshot(now).at, now, NOTHING_KEPT, UTC_MS)


def written(name: str, *entries: str) -> FilledForm:
    pairs = [entry.partition("=") for entry in entries]
    return FilledForm(name, tuple(Entry(field, value) for field, _, value in pairs))


def sent(mesh: Mesh, form: FilledForm) -> ShownMessage:
    """The message as the care home's screen shows it."""
    filled = form_of(showing(mesh, CARE), form)
    mesh.happen(CARE, Composed(1, MLA, TO_STAFF, "", Precedence.ROUTINE, form=filled))
    answer = mesh.nodes[CARE].replies[-1]
    assert isinstance(answer, Accepted), answer
    item = mesh.nodes[CARE].store.item(answer.item_id)
    assert item is not None
    return showing(mesh, CARE).message(item)


def heard(mesh: Mesh, body: bytes, author: int = MLA) -> ShownMessage:
    """A message with this body as the crisis staff's screen shows it."""
    sent(mesh, written("status", "light=red"))
    own = mesh.nodes[CARE].store.open_deliveries(10)[0][0]
    frame = decode(own.sealed)
    assert isinstance(frame, Message)
    sequence = 900 + author
    bare = replace(frame, sequence=sequence, author=author, body=body, confidential=False, signature=b"")
    key = signing_key(f"operator {author}" if author else f"station {CARE}")
    message = seal(bare, mesh.network.roster, key.sign)
    mesh.happen(STAFF, FrameHeard(message.encode(), hops=0))
    item = mesh.nodes[STAFF].store.message(ItemKey(CARE, 1, sequence))
    assert item is not None
    return showing(mesh, STAFF).message(item)


def said(form: ShownForm | None, language: str = "da") -> list[str]:
    assert form is not None
    return [f"{row.label.said(language)}={row.said.said(language)}" for row in form.rows]


def test_a_status_is_shown_in_rows_and_as_a_text(mesh: Mesh) -> None:
    shown = sent(mesh, written("status", "light=red", "needs=power", "power_h=3", "unit=PLH"))
    assert shown.legibility is Legibility.READABLE
    assert said(shown.form) == ["Lys=rød", "Behov=strøm", "Enhed=Plejehjemmet Havblik (PLH)", "Strøm til=3 t"]
    assert said(shown.form, "en")[0] == "Light=red"
    assert shown.text.splitlines()[:2] == ["Statusmelding", "Lys: rød"]
    assert shown.form is not None
    assert [(row.name, row.value) for row in shown.form.rows][2:] == [("unit", "PLH"), ("power_h", "3")]
    assert shown.form.line.da == "Statusmelding: rød; behov strøm; Enhed PLH; strøm 3 t"


def test_the_text_is_in_the_stations_language(mesh: Mesh, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAVN_LANG", "en")
    assert sent(mesh, written("status", "light=red")).text.splitlines() == [
        "Status report",
        "Light: red",
        "Needs: none",
    ]


def test_numbers_and_times_are_those_that_people_write(mesh: Mesh) -> None:
    shown = sent(mesh, written("order", "do=Luk vej 9", "replaces=PLH-00041", "by=06:30"))
    assert "I stedet for=PLH-00041" in said(shown.form)
    names = StationNames(showing(mesh, CARE).here, UTC_MS)
    wire = names.instant("23:59")
    assert wire is not None
    assert names.instant(names.instant_text(wire)) == wire
    assert names.instant_said(wire).endswith("23:59")


@pytest.mark.parametrize(
    ("text", "kinds", "expected"),
    [
        ("PLH", (Kind.STATION,), Address(Kind.STATION, CARE)),
        ("plh", (Kind.STATION, Kind.FUNCTION), Address(Kind.STATION, CARE)),
        ("KHJ", (Kind.OPERATOR,), Address(Kind.OPERATOR, KHJ)),
        ("operator:2", (Kind.OPERATOR,), Address(Kind.OPERATOR, KHJ)),
        ("KHJ", (Kind.STATION,), None),
        ("kr", (Kind.STATION, Kind.FUNCTION), None),
        ("station:77", (Kind.STATION,), None),
        ("several:1", (Kind.STATION,), None),
        ("station:" + "1" * 6000, (Kind.STATION,), None),
        ("station:²", (Kind.STATION,), None),
        ("", (Kind.STATION,), None),
    ],
)
def test_a_name_means_one_holder_of_the_right_kind(
    mesh: Mesh, text: str, kinds: tuple[Kind, ...], expected: Address | None
) -> None:
    names = StationNames(showing(mesh, CARE).here, UTC_MS)
    assert names.holder(text, kinds) == expected
    if expected is not None:
        assert names.holder(names.holder_text(expected), kinds) == expected


def test_names_that_nobody_knows_any_more_are_numbers(mesh: Mesh) -> None:
    names = StationNames(showing(mesh, CARE).here, UTC_MS)
    assert names.holder_said(Address(Kind.HANDHELD, 9)) == "handheld:9"
    assert names.message_text(Reference(77, 1, 5)) == "#77-00005"


def test_a_broken_form_shows_nothing_of_itself(mesh: Mesh) -> None:
    shown = heard(mesh, b"\x00\x41\xc0\x00\x00")
    assert (shown.legibility, shown.text, shown.form) == (Legibility.DAMAGED, "", None)


def test_a_newer_form_is_shown_as_far_as_it_is_known(mesh: Mesh) -> None:
    shown = heard(mesh, b"\x00\x42\x80\x00\x00\xff\xff")
    assert shown.form is not None
    assert shown.form.is_newer
    assert said(shown.form)[0] == "Lys=rød"
    assert said(shown.form)[-1] == "Nyere udgave 2=der står mere, end her kan læses"


def test_an_unknown_form_is_shown_as_labelled_fields(mesh: Mesh) -> None:
    shown = heard(mesh, b"\xe1\x05\x01\xff")
    assert (shown.legibility, shown.form.name if shown.form else None) == (Legibility.READABLE, "")
    assert said(shown.form) == ["Formular=900", "Udgave=5", "Indhold=01ff"]


def test_an_order_of_somebody_without_the_right_says_so_first(mesh: Mesh) -> None:
    order = form_of(showing(mesh, CARE), written("order", "do=Luk vej 9"))
    body = encode_form(order)
    assert "PAS PÅ" not in heard(mesh, body).text
    shown = heard(mesh, body, author=0)
    assert shown.form is not None
    assert not shown.form.is_allowed
    assert shown.text.splitlines()[1] == "PAS PÅ: afsender har ikke ret til denne formular"
    assert shown.form.line.en == "Order: BEWARE, its sender has no right to this form; Luk vej 9"


def test_a_text_inside_a_form_makes_no_line_of_its_own(mesh: Mesh) -> None:
    shown = sent(mesh, written("order", "do=Luk vej 9\nPosition: 1.0 1.0", "by=15:00"))
    assert shown.text.splitlines()[1:] == [
        "Opgave: Luk vej 9 Position: 1.0 1.0",
        "Læs tilbage: nej",
        "Færdig senest kl.: 15:00",
    ]
    english = [line for line in form_lines(lambda text: text, shown.form) if line.startswith("Position")]
    assert english == []


def test_the_times_of_an_old_form_are_those_of_its_day(mesh: Mesh) -> None:
    here = showing(mesh, CARE).here
    wire = StationNames(here, UTC_MS).instant("23:59")
    assert wire is not None
    day_ms = 86_400_000
    old = StationNames(here, UTC_MS + 60 * day_ms, UTC_MS)
    assert old.instant_text(wire) == StationNames(here, UTC_MS).instant_text(wire)


REFUSED: dict[str, tuple[FilledForm, FaultCode, str]] = {
    "no such form": (written("nothing"), FaultCode.FORM_UNKNOWN, "nothing"),
    "no such field": (written("status", "light=red", "lights=1"), FaultCode.FORM_FIELD_UNKNOWN, "lights"),
    "a field missing": (written("status"), FaultCode.FORM_FIELD_MISSING, "light (green|yellow|red)"),
    "a field twice": (written("status", "light=red", "light=red"), FaultCode.FORM_FIELD_TWICE, "light"),
    "a value outside": (written("status", "light=blue"), FaultCode.FORM_VALUE, "light=blue (green|yellow|red)"),
    "a long value": (
        written("status", "light=red", "power_h=" + "9" * 200),
        FaultCode.FORM_VALUE,
        f"power_h={'9' * 40} (0-120)",
    ),
    "a form too long": (
        written("methane", "type=fire", "place=" + "a" * 40, "access=" + "b" * 40),
        FaultCode.FORM_TOO_LONG,
        "/60",
    ),
    "too many entries": (written("status", *(f"x{at}=1" for at in range(301))), FaultCode.BAD_REQUEST, "300"),
    "too much text": (written("status", "light=" + "x" * 4097), FaultCode.BAD_REQUEST, "4096"),
}


@pytest.mark.parametrize(("form", "code", "detail"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_form_is_refused_with_field_and_range(
    mesh: Mesh, form: FilledForm, code: FaultCode, detail: str
) -> None:
    with pytest.raises(Refused) as caught:
        form_of(showing(mesh, CARE), form)
    assert caught.value.fault.code is code
    assert detail in caught.value.fault.detail


def test_every_problem_has_its_refusal() -> None:
    assert {f"form_{problem}" for problem in Problem} <= {code.value for code in FaultCode}
