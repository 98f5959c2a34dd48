"""The README's first command: a message crosses a blackout, every rung is told, mistakes are told too."""

import json
import subprocess
import sys
from pathlib import Path

from tests.support.dense_texts import dense_text
from tests.support.patience import DEADLINE_S

BAVN = Path(sys.executable).with_name("bavn")
SCENES = 8


def bavn_demo(*words: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BAVN, "demo", *words], input=text, capture_output=True, text=True, check=False, timeout=SCENES * DEADLINE_S
    )


def test_message_of_several_packets_crosses_a_blackout_and_is_acknowledged_by_name() -> None:
    # One of a single packet does so in the play around a user, see test_company.
    result = bavn_demo("--json", "--lang", "da", text=dense_text(400))
    assert result.returncode == 0, result.stdout + result.stderr
    happenings = [json.loads(line) for line in result.stdout.splitlines()]
    steps = [one["step"] for one in happenings if one["who"] == "PLH-00001" and one["what"] == "rung"]
    assert steps[0] == "queued"
    assert steps[-1] == "acknowledged"
    assert "at_station" in steps
    assert next(one for one in happenings if one["step"] == "acknowledged")["detail"].startswith("Kvitteret af KHJ")
    assert any(one["what"] == "overtaken" and one["who"] == "PLH-00002" for one in happenings)
    assert any(one["what"] == "refused" and one["detail"] == "bad_signature" for one in happenings)
    killed = next(one["detail"] for one in happenings if one["what"] == "killed")
    back = next(one["detail"] for one in happenings if one["what"] == "back")
    assert killed != back
    assert happenings[-1]["what"] == "cost"


def test_text_that_does_not_fit_is_refused_with_what_to_do() -> None:
    result = bavn_demo("--lang", "en", "--text", "x" * 4097)
    assert result.returncode == 1
    assert "4097/4096 bytes" in result.stderr
    assert bavn_demo("--lang", "en", text="x" * 4097).returncode == 1, "cut at 4096"
    assert "runs, process" not in result.stdout, "stations came up for nothing"
