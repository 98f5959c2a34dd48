"""The glyphs of the Linux console's font, from the font itself.

The unicode table of `Lat15-Fixed16.psf` (Debian package console-setup-linux 1.221, the choice of Raspberry Pi OS for
western Europe), without the sequences: 256 glyphs that draw these letters.
"""

LAT15_FIXED16 = frozenset(
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
    "\N{NO-BREAK SPACE}¡¢£¤¥¦§¨©ª«¬\N{SOFT HYPHEN}®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß"
    "àáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿŒœŠšŸŽžƒ‐‑‒–—―‘’‚“”„†‡•…‰‹›€™←↑→↓≈≠≤≥"
    "─━│┃┄┅┆┇┈┉┊┋┌┍┎┏┐┑┒┓└┕┖┗┘┙┚┛├┤┬┴┼═║╒╓╔╕╖╗╘╙╚╛╜╝╞╟╠╡╢╣╤╥╦╧╨╩╪╫╬█░▒■▮▲▴▶▸▼▾◀◂◈●♦"
    "\N{REPLACEMENT CHARACTER}"
)
