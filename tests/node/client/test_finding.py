"""Where the station listens is found as told, by the environment, or by its configuration."""

from pathlib import Path

import pytest

from node.client.finding import NoConfiguration, station_socket
from node.client.handshake import NoStation


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("BAVN_CONFIG", raising=False)
    config = tmp_path / "bavn.toml"
    config.write_text('[api]\nsocket = "here.sock"\n')
    return config


def test_a_socket_that_is_named_needs_no_configuration(tmp_path: Path) -> None:
    assert station_socket(str(tmp_path / "none.toml"), Path("/run/it")) == Path("/run/it")


def test_a_configuration_that_is_named_says_where(config: Path) -> None:
    assert station_socket(str(config), None) == config.with_name("here.sock")


def test_the_environment_names_one_when_nobody_does(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAVN_CONFIG", str(config))
    assert station_socket(None, None) == config.with_name("here.sock")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "No such file or directory; write one there"),
        ("socket =", "not TOML"),
        ("[api]\nsoket = 1", "api.soket: no such key; did you mean 'socket'"),
        (f"[api]\nsocket = '/{'x' * 120}'", "at most 107 bytes"),
    ],
)
def test_a_configuration_that_does_not_say_it_is_told_with_the_remedy(
    config: Path, text: str | None, said: str
) -> None:
    config.unlink() if text is None else config.write_text(text)
    with pytest.raises(NoConfiguration) as no:
        station_socket(str(config), None)
    assert said in str(no.value)
    assert str(config) in str(no.value)
    assert isinstance(no.value, NoStation)
