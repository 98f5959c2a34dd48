"""Texts that no codec shortens, for tests about the room there is."""


def dense_text(size: int) -> str:
    """A text of so many bytes, at most 156 of them raw and coded alike: visible ASCII in no order."""
    seed = 5  # an odd start: the first character is no hyphen, and up to 156 bytes no codec finds anything to save
    characters = []
    for _ in range(size):
        seed = (seed * 1103515245 + 12345) % 2**31
        characters.append(chr(33 + (seed >> 16) % 94))
    return "".join(characters)
