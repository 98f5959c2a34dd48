"""What commands say of a message: how far it got, and to which station where there are several."""

from dataclasses import replace

from node.api.ladder import Step
from node.api.messages import Precedence
from node.words.catalogue import words
from node.words.message_page import answer_lines
from tests.support.scripted_station import message


def test_one_station_needs_no_name() -> None:
    (line,) = answer_lines(words("en"), message(1, Precedence.ROUTINE, "Send vand"))
    assert line.startswith("PLH-00001  ")
    assert "KRS   " not in line


def test_of_several_stations_each_line_says_which() -> None:
    sent = message(1, Precedence.ROUTINE, "Send vand")
    (there,) = sent.ladders
    waiting = replace(there, station="BRD", step=Step.QUEUED)
    lines = answer_lines(words("en"), replace(sent, ladders=(there, waiting)))
    assert [line[:17] for line in lines] == ["PLH-00001  KRS   ", "PLH-00001  BRD   "]
    assert lines[1].endswith("In queue here - not sent")
