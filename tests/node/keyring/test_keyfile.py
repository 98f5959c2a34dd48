"""A key file is whole, bound to its label and sane in its demands, or it is refused in words."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from node.keyring.errors import KeyFileError, KeyringError, WrongPassphrase
from node.keyring.keyfile import Holder, KeyFile, make_key_file, read_key_file
from node.keyring.packing import Packable, pack, unpack
from node.keyring.wrapping import Cost, Wrapped, unwrap, wrap
from tests.support.station_files import CHEAP

PASSPHRASE = "rødgrød med fløde"


@pytest.fixture(scope="module")
def wrapped_content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = make_key_file(Holder.OPERATOR, 2, os.urandom, PASSPHRASE, cost=CHEAP).write(tmp_path_factory.mktemp("keys"))
    return path.read_bytes()


def written(directory: Path, content: bytes) -> Path:
    path = directory / "operator-2.key"
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def changed(content: bytes, **fields: Packable) -> bytes:
    read = unpack(content, 4096)
    assert isinstance(read, dict)
    return pack({**read, **fields})


def test_wrapped_key_comes_back_with_its_passphrase(wrapped_content: bytes, tmp_path: Path) -> None:
    file = read_key_file(written(tmp_path, wrapped_content))
    assert file.open(PASSPHRASE).public_keys() == (file.public_key, b"")


def test_wrong_passphrase_names_the_key(wrapped_content: bytes, tmp_path: Path) -> None:
    file = read_key_file(written(tmp_path, wrapped_content))
    with pytest.raises(WrongPassphrase, match=r"operator-2\.key: try again; if it is forgotten, .* --new-key"):
        file.open("rødgrød uden fløde")


def test_letters_composed_differently_are_the_same_passphrase() -> None:
    wrapped = wrap(b"s" * 32, "på vej", b"", os.urandom, CHEAP)
    assert unwrap(wrapped, "pa\N{COMBINING RING ABOVE} vej", b"") == b"s" * 32


@pytest.mark.parametrize("fields", [{"number": 3}, {"holder": "authority"}, {"public": bytes(32)}, {"exercise": True}])
def test_label_cannot_be_changed_without_the_passphrase(
    wrapped_content: bytes, tmp_path: Path, fields: dict[str, Packable]
) -> None:
    file = read_key_file(written(tmp_path, changed(wrapped_content, **fields)))
    with pytest.raises(WrongPassphrase):
        file.open(PASSPHRASE)


@pytest.mark.parametrize(
    "fields",
    [
        {"format": 2},
        {"holder": "king"},
        {"holder": "station"},
        {"number": -1},
        {"number": 65536},
        {"public": bytes(31)},
        {"secret": bytes(32)},
        {"secret": bytes(64)},
        {"secret": [1 << 15, 8, 1, bytes(16), bytes(12), bytes(47)]},
        {"secret": [1 << 15, 8, 1, bytes(15), bytes(12), bytes(48)]},
        {"secret": [1 << 15, 8, 1, bytes(16), bytes(11), bytes(48)]},
        {"secret": [1 << 18, 8, 1, bytes(16), bytes(12), bytes(48)]},
        {"secret": [3 << 14, 8, 1, bytes(16), bytes(12), bytes(48)]},
        {"secret": [1 << 15, 9, 1, bytes(16), bytes(12), bytes(48)]},
        {"secret": [1 << 15, 8, 5, bytes(16), bytes(12), bytes(48)]},
    ],
)
def test_field_out_of_its_bounds_is_refused(
    wrapped_content: bytes, tmp_path: Path, fields: dict[str, Packable]
) -> None:
    with pytest.raises(KeyFileError, match="backup in the safe"):
        read_key_file(written(tmp_path, changed(wrapped_content, **fields)))


def test_station_whose_exchange_key_is_not_its_secrets_is_refused(tmp_path: Path) -> None:
    path = make_key_file(Holder.STATION, 3, os.urandom).write(tmp_path)
    path.write_bytes(changed(path.read_bytes(), exchange=bytes(32)))
    with pytest.raises(KeyFileError, match="backup"):
        read_key_file(path).open()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 300), content=st.binary(max_size=20), is_cut=st.booleans())
def test_no_change_to_a_file_raises_anything_else(
    wrapped_content: bytes, tmp_path: Path, at: int, content: bytes, is_cut: bool
) -> None:
    other = wrapped_content[:at] + content + (b"" if is_cut else wrapped_content[at + len(content) :])
    try:
        read = read_key_file(written(tmp_path, other))
    except KeyFileError as error:
        assert "operator-2.key" in str(error)
    else:
        assert isinstance(read, KeyFile)


def test_a_new_passphrase_costs_the_usual_guess(wrapped_content: bytes, tmp_path: Path) -> None:
    cheap = read_key_file(written(tmp_path, wrapped_content))
    closed = cheap.with_passphrase(PASSPHRASE, "ny og bedre", os.urandom).wrapped
    assert closed is not None
    assert closed.cost == Cost(n=1 << 15, r=8, p=1)


def test_child_that_fails_is_an_error_with_words() -> None:
    greedy = Cost(n=1 << 15, r=0)
    with pytest.raises(KeyringError, match="memory may be short"):
        wrap(b"s" * 32, PASSPHRASE, b"", os.urandom, greedy)


def test_child_takes_no_code_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "node").mkdir()
    (tmp_path / "node" / "__init__.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path)
    assert isinstance(wrap(b"s" * 32, PASSPHRASE, b"", os.urandom, CHEAP), Wrapped)


def test_draft_left_by_a_power_cut_is_written_over(tmp_path: Path) -> None:
    draft = tmp_path / ".station-3.key.draft"
    draft.write_bytes(b"half a secret")
    path = make_key_file(Holder.STATION, 3, os.urandom).write(tmp_path)
    assert list(tmp_path.iterdir()) == [path]


def test_exercise_key_has_a_file_of_its_own_and_is_no_real_key(tmp_path: Path) -> None:
    exercise = make_key_file(Holder.OPERATOR, 2, os.urandom, PASSPHRASE, exercise=True, cost=CHEAP)
    path = exercise.write(tmp_path)
    assert path.name == "operator-2.exercise.key"
    assert read_key_file(path).exercise
    assert read_key_file(path).open(PASSPHRASE).public_keys() == (exercise.public_key, b"")
    fields = unpack(path.read_bytes(), 4096)
    assert isinstance(fields, dict)
    del fields["exercise"]
    with pytest.raises(WrongPassphrase):
        read_key_file(written(tmp_path, pack(fields))).open(PASSPHRASE)


def test_changed_passphrase_opens_the_same_key_and_the_old_one_no_more(wrapped_content: bytes, tmp_path: Path) -> None:
    old = read_key_file(written(tmp_path, wrapped_content))
    new = old.with_passphrase(PASSPHRASE, "ny og bedre", os.urandom)
    assert new.open("ny og bedre").public_keys() == (old.public_key, b"")
    with pytest.raises(WrongPassphrase):
        new.open(PASSPHRASE)
    with pytest.raises(WrongPassphrase):
        old.with_passphrase("forkert ord", "ny og bedre", os.urandom)


def test_a_stations_key_has_no_passphrase_to_change() -> None:
    with pytest.raises(KeyFileError, match="without anybody present"):
        make_key_file(Holder.STATION, 1, os.urandom).with_passphrase("", "ny og bedre", os.urandom)
