"""What a page does with an error meant for a person: say it, and how to mend it, and stop there."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from pages.parts import html
from pages.parts.markdown import plain
from quintet.errors import MissingData, MissingEmbeddings, MissingWeights, QuintetError


@contextmanager
def guard() -> Iterator[None]:
    """Within it a QuintetError is shown and ends the page; any other error is a fault and goes on.

    What is only missing yet is an empty state with its command, not an error.
    """
    try:
        yield
    except (MissingData, MissingEmbeddings, MissingWeights) as error:
        empty(str(error))
        st.stop()
    except QuintetError as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.stop()


def empty(message: str) -> None:
    """One sentence of what is missing, and the command after "Run:" in a line that can be copied."""
    says, _, command = message.partition(" Run: ")
    with st.container(border=True, key="card-empty"):
        st.html(html.section("Nothing here yet") + html.note(says))
        if command:
            st.code(command.rstrip("."), language="bash")
