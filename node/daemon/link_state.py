"""What was last heard of the radio's link, for the status."""

from dataclasses import dataclass

from hardware.radio import RadioDown, RadioUp


@dataclass(slots=True)
class LinkState:
    """The radio as it came and went."""

    address: str
    configured_preset: str
    since_boot_ms: int
    """When it last came or went."""
    up: RadioUp | None = None
    """As it is; None while it is away."""
    last: RadioUp | None = None
    """As it was seen last."""
    reason: str = "not reached yet"
    """Why it is away."""

    def told(self, event: RadioUp | RadioDown, boot_ms: int) -> bool:
        """Note that it came or went; whether that is news."""
        before = (self.up, self.reason)
        match event:
            case RadioUp():
                self.up = self.last = event
                self.since_boot_ms = boot_ms
            case RadioDown(reason):
                if self.up is not None:
                    self.since_boot_ms = boot_ms
                self.up = None
                self.reason = reason
        return before != (self.up, self.reason)
