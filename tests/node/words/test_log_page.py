"""The log as people read it: every kind of entry and alarm has words."""

from node.api.alarms import AlarmKind
from node.core.log_entries import LogKind
from node.words.log_page import ALARMS, KINDS


def test_every_kind_of_entry_has_words() -> None:
    assert {kind.name.lower() for kind in LogKind} - set(KINDS) == set()


def test_every_alarm_in_the_log_has_words() -> None:
    assert set(AlarmKind) - set(ALARMS) == set()
