"""Texts that are no Markdown, where Streamlit reads Markdown: labels, errors, names of files."""

import re

_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:])")


def plain(text: str) -> str:
    """A text as it stands, on one line: what would be markup is escaped."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
