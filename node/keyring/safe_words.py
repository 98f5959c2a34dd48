"""256 Danish words, one for each byte: what keys are written down in for the safe, and passphrases are drawn from.

None has a letter that a foreign keyboard lacks. The first three letters tell each from all others, so three are enough
to type, and no two are one letter apart, so a slip of the pen makes no other word.
"""

from difflib import get_close_matches
from typing import Final

from node.keyring.wrapping import Entropy

LETTERS_THAT_TELL: Final = 3
_IN_ORDER: Final = """
aften agurk alarm album ankel arbejde asters bakke ballon banan barn basar beton bidrag billede birk bjerg
blad blomst blyant bolig bord brev bror budget bukser bundt busk butik bygge cement cirkus citron cykel dame
datter depot dessert dollar dragt dreng dronning dukke efter egern eksamen elev emne esel etage fabrik
fakkel familie farve fasan feber felt ferie figen film finger fisk fjeder flaske flod folk fornuft frakke
fredag frugt fugl funktion gade gaffel galop garage gedde gemme gift giraf glas gnist gods gran gris grotte
gruppe guld gynge hale hammer havn heks hest himmel hjem hjort hjul hobby honning hopper hotel hund huske
hval hvede hylde hytte indgang insekt jagt jern jolle jubel juli kabel kaffe kajak kalender kande kaptajn
karton kasse katedral kiks kilde kirke kjole klap klokke klub knive kogle komet konge korn kost krone
krydder kurv kvarter laks lampe land lidt lilje lime liter loft lunge lyng magnet maler mappe marked mave
medalje mester mile minut mode monster motor museum myre nisse note november nummer nyde ocean odde offer
okse oktober olie opera optog orden orgel otte padde palme papir park pensel perle piano pige pind plads
poesi pude pumpe punkt pyramide rabat radise ramme regn rejse ridder ring rose rute rytter sadel salat sang
sauna sennep silke skab skov slot smed smil sommer sort spade spejl stald sten stol sukker suppe svamp
sygdom taske tavle taxa tempel terning tiger tjener tobak tomat torv trappe trommer tulipan tvilling udsigt
ugle uvejr valg vase vidde vindue viol vogn vulkan yngel zebra zink zone
"""
WORDS: Final = tuple(_IN_ORDER.split())
_NUMBER_OF: Final = {word[:LETTERS_THAT_TELL]: number for number, word in enumerate(WORDS)}
PASSPHRASE_WORDS: Final = 6
"""48 bits: at a tenth of a second a guess, a thousand machines need some hundred years for half of them."""


def words_of(content: bytes) -> list[str]:
    """A word for each byte."""
    return [WORDS[byte] for byte in content]


def byte_of(word: str) -> int | None:
    """The byte that a typed word means, by its first letters; None for none of ours."""
    return _NUMBER_OF.get(word.casefold()[:LETTERS_THAT_TELL])


def word_like(word: str) -> str | None:
    """One of the words that a mistyped one resembles."""
    return next(iter(get_close_matches(word.casefold(), WORDS, n=1)), None)


def draw_passphrase(entropy: Entropy) -> str:
    """A passphrase to print and hand over: words with blanks between them."""
    return " ".join(words_of(entropy(PASSPHRASE_WORDS)))
