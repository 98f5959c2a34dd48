"""What the people around the user say; every text fits one message in every language."""

from typing import Final

from node.api.ladder import Step
from node.api.messages import Precedence
from node.demo.colleague import Part, Saying

WELCOME: Final = "DEMO, all is made up. A acknowledges, R replies, N new, ? help, Q leaves. Passphrase: {passphrase}"
FIRST: Final = "The power went at 14:00. All 42 residents are well and warm. We listen on the radio."
THANKS: Final = {
    Step.READ_BACK: Saying("Thank you, that is rightly understood."),
    Step.ACCEPTED: Saying("Thank you, good to know that you see to it."),
    Step.DONE: Saying("Thank you for the help."),
    Step.DECLINED: Saying("Understood. We ask elsewhere."),
}
AFTER_FLASH: Final = Saying(
    "All 42 are out in the yard, nobody is hurt. We need blankets and a warm room before night.",
    Precedence.PRIORITY,
    ack_wanted=True,
)
HOME: Final = Part(
    "MLA",
    answers=(
        "Received. I tell everybody here and report back.",
        "Understood. We still have emergency power, and we listen.",
        "Received, thank you.",
    ),
    replies=THANKS,
    flash_replies={Step.ACKNOWLEDGED: AFTER_FLASH},
)
RELAY: Final = Part("JNI", replies=THANKS)
TEXTS: Final = (
    *(WELCOME, FIRST, AFTER_FLASH.text),
    *HOME.answers,
    *(saying.text for saying in THANKS.values()),
)
