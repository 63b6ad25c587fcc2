"""What a page does with an error meant for a person: say it, and how to mend it, and stop there."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboard import cache
from dashboard.widgets import html
from dashboard.widgets.markdown import plain
from quintet import logs
from quintet.errors import MissingData, MissingEmbeddings, MissingWeights, QuintetError


@contextmanager
def guard() -> Iterator[None]:
    """Within it an error is shown as one sentence and ends the page; the server and other visitors go on.

    What is only missing yet is an empty state with its command, not an error. What is no error of ours is a
    fault: its traceback is kept, and the sentence says where.
    """
    try:
        yield
    except (MissingData, MissingEmbeddings, MissingWeights) as error:
        empty(str(error))
        st.stop()
    except QuintetError as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.stop()
    except Exception as error:  # noqa: BLE001, a page's outermost door; Streamlit's own signals are no Exception
        st.error(plain(fault(error)), icon=":material/error:")
        st.stop()


def fault(error: Exception) -> str:
    """One sentence for an error that none of ours describes; its traceback goes to the log."""
    log = logs.record(error, "a page", cache.settings().data)
    what = f"{type(error).__name__}: {error}"[:200].rstrip(".")
    kept = f" Its traceback is in {log.name} of the server's data folder." if log else ""
    return f"This page met an error that it does not know ({what}).{kept} Reload it, or open another page."


def empty(message: str) -> None:
    """One sentence of what is missing, and the command after "Run:" in a line that can be copied."""
    says, _, command = message.partition(" Run: ")
    with st.container(border=True, key="card-empty"):
        st.html(html.section("Nothing here yet") + html.note(says))
        if command:
            st.code(command.rstrip("."), language="bash")
