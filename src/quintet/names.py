"""Names as people mean them: one spelling to compare, and text without letters that deceive the eye."""

import re
import unicodedata

LONGEST = 500  # letters that are kept of a text; some tags hold a whole web page
# Controls, separators of lines, and what reverses the order of the letters around it (Unicode TR36).
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")


def normalised(text: str) -> str:
    """`text` in NFC. Names are compared so: macOS writes é as two letters, all others as one."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def is_plain(text: str) -> bool:
    """Whether `display` would leave every part of `text` as it is."""
    return text.isascii() and len(text) <= LONGEST and not _UNSEEN.search(text)


def display(text: str, longest: int = LONGEST) -> str:
    """`text` as one line to show: in NFC, without control and bidi letters, cut to `longest` letters."""
    if _UNSEEN.search(text):
        text = " ".join(_UNSEEN.sub(" ", text).split())
    text = normalised(text)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def readable(text: str) -> str:
    """Text that is valid UTF-8 whatever bytes a file's name has: what is not is written \\udcff."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
