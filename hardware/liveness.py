"""Whether the radio still lives, and when to ask: the clocks of one connection, without any I/O.

* Silent: nothing readable for `QUIET_S` brings a question (a heartbeat), asked three times since an answer may be lost,
  and no answer to any the end of the connection.
* Forgetful: a radio that restarted behind its serial port answers heartbeats, but hands on no packet until its settings
  are asked for. Its word that it restarted may be lost, so a radio that hands on nothing at all for `DEAF_S_MAX`,
  not even its own figures of each minute, or leaves frames without a report, is asked for its settings anew.
* Unheard: the radio drops a client that has said nothing for 15 minutes, however much it hears itself talk.
"""

from dataclasses import dataclass

QUIET_S = 30.0
"""Without a message for so long we ask for a sign of life; idle radios speak once a minute."""

SPEAK_S = 300.0
"""The radio drops a client that has said nothing for 15 minutes, however much it hears itself talk."""

SIGN_OF_LIFE_S_MAX = 15.0
"""From a heartbeat to any message at all: seen within 0.3 s, but a radio network may stall for seconds."""

ASK_LIFE_AGAIN_S = 5.0
"""From heartbeat to heartbeat while none was answered."""

POLL_S = 1.0
"""Between two questions for the radio's queue while frames wait for a place in it."""

LEAVE_POLL_S = 5.0
"""Between two questions while frames of ours stand in the radio's queue, to know which are lost with the radio."""

DEAF_S_MAX = 90.0
"""The radio tells its client its own figures every 60 s (firmware DeviceTelemetry.cpp). Asking in vain costs 3 kB."""

UNREPORTED_MAX = 1
"""Frames in a row without a queue report: seen within 0.3 s, and the first thing that a forgetful radio omits."""


@dataclass(slots=True)
class Liveness:
    """One connection, since its settings were complete."""

    heard_s: float
    """When anything readable came last."""
    spoke_s: float
    """When we said anything last."""
    packet_s: float
    """When the radio handed on a packet last, or its settings were complete."""
    has_handed_on: bool = False
    """Whether it has handed on any packet at all."""
    asked_s: float | None = None
    """Since when a question is open."""
    unreported: int = 0
    """Frames in a row that the radio left without a report."""

    def heard(self, now_s: float, *, is_packet: bool) -> None:
        """Take note of any readable message."""
        self.heard_s = now_s
        self.asked_s = None
        if is_packet:
            self.packet_s = now_s
            self.has_handed_on = True

    def asks(self, now_s: float) -> None:
        """Take note of a question of ours."""
        self.spoke_s = now_s
        if self.asked_s is None:
            self.asked_s = now_s

    def is_silent(self, now_s: float) -> bool:
        """Whether a question stayed open too long."""
        return self.asked_s is not None and now_s >= self.asked_s + SIGN_OF_LIFE_S_MAX

    def is_forgetful(self, now_s: float) -> bool:
        """Whether the radio may have forgotten that we are here."""
        return now_s >= self.packet_s + DEAF_S_MAX or self.unreported >= UNREPORTED_MAX

    def had_forgotten(self) -> bool:
        """Whether packets may be lost by it: not by a radio that never hands on any, and answers all the same."""
        return self.has_handed_on or self.unreported >= UNREPORTED_MAX

    def next_question_s(self, *, frames_wait: bool, frames_in_radio: bool) -> float:
        """Work out when to ask for a sign of life, or for the queue while that matters."""
        if frames_wait:
            return self.spoke_s + POLL_S
        if self.asked_s is not None:
            return self.spoke_s + ASK_LIFE_AGAIN_S
        quiet_s = min(self.heard_s + QUIET_S, self.spoke_s + SPEAK_S)
        return min(quiet_s, self.spoke_s + LEAVE_POLL_S) if frames_in_radio else quiet_s

    def next_wake_s(self) -> float:
        """When silence or forgetfulness will be certain, if nothing comes."""
        deaf_s = self.packet_s + DEAF_S_MAX
        return deaf_s if self.asked_s is None else min(deaf_s, self.asked_s + SIGN_OF_LIFE_S_MAX)
