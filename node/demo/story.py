"""The story: the relay loses power, a message waits, a FLASH overtakes it, power returns, both arrive and are answered.

It plays by itself, from beginning to end; what it costs in airtime is reckoned up last.
"""

from dataclasses import dataclass
from typing import Final

from hardware.airtime import PRESETS, broadcast_frame_airtime_ms, packet_airtime_ms
from node.api.ladder import Step
from node.api.messages import Precedence, ShownMessage
from node.api.methods import ACK, Perform
from node.demo.scenes import FLASH_TEXT, Scenes
from protocol.decode import decode_main
from protocol.frames import Act, Digest, Receipt

PRICED_PRESETS: Final = ("MEDIUM_FAST", "LONG_FAST")
TEXT_DATA_BYTES: Final = 4
"""What the firmware puts around a text: two bytes of port and length, two of bitfield."""
HEADER_BYTES: Final = 16
"""Of every Meshtastic packet (RadioInterface.h)."""


@dataclass(frozen=True, slots=True)
class Story:
    """One run of the demo without anybody at a console."""

    scenes: Scenes

    def play(self, text: str) -> None:
        """Play it from beginning to end.

        Raises:
            NotReached: a rung was not reached in time.
            Refused: the text is not taken, for instance since it is too long.
        """
        scenes, stage, timeline = self.scenes, self.scenes.stage, self.scenes.timeline
        scenes.set_up()
        with stage.client("PLH") as home, stage.client("KRS") as staff:
            scenes.log_in(home, "MLA")
            scenes.log_in(staff, "KHJ")
            scenes.until(home, "PLH hears BRS", lambda status: any(one.in_reach for one in status.contacts))
            scenes.black_out(home)
            home.subscribe(0)
            routine = scenes.write_in_the_dark(home, text, Precedence.ROUTINE)
            flash = scenes.write_in_the_dark(home, scenes.words(FLASH_TEXT), Precedence.FLASH)
            scenes.power_returns()
            scenes.follow(home, (flash, routine), Step.AT_STATION)
            scenes.show_overtaking(flash, routine)
            staff.call(ACK, Perform(routine.number))
            scenes.follow(home, (routine,), Step.ACKNOWLEDGED)
            scenes.tamper(staff, scenes.frame_of(routine))
        timeline.tell("done", detail=f"{timeline.elapsed_s:.0f} s")
        self._reckon(routine)

    def _reckon(self, routine: ShownMessage) -> None:
        """The price of the message against a plain Meshtastic text, both for one transmission and one hop."""
        with self.scenes.stage.air() as air:
            frames = [decode_main(bytes.fromhex(one.payload)) for one in air.log()]
        proof = [len(frame.encode()) for frame in frames if isinstance(frame, Digest | Receipt)]
        act_bytes = next(len(frame.encode()) for frame in frames if isinstance(frame, Act))
        text_bytes = len(routine.text.encode())
        for name in PRICED_PRESETS:
            preset = PRESETS[name]
            plain_ms = packet_airtime_ms(preset, HEADER_BYTES + TEXT_DATA_BYTES + text_bytes)
            sealed_ms = broadcast_frame_airtime_ms(preset, routine.sealed_bytes)
            act_ms = broadcast_frame_airtime_ms(preset, act_bytes)
            detail = (
                f"{name}: {text_bytes} B text = Bavn {routine.sealed_bytes} B {sealed_ms} ms signed, receipts "
                f"{min(proof)}-{max(proof)} B, acknowledgement {act_bytes} B {act_ms} ms; plain Meshtastic "
                f"{text_bytes + TEXT_DATA_BYTES} B {plain_ms} ms, unsigned, not stored"
            )
            self.scenes.timeline.tell("cost", detail=detail)
