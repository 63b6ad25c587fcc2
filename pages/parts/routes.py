"""Every route the server has beside the pages."""

from starlette.routing import BaseRoute

from pages.parts import cached
from pages.parts.components import assets_route
from pages.parts.held import held_route
from pages.parts.points import mel_route, point_route
from pages.parts.sounds import track_route


def routes() -> list[BaseRoute]:
    """For `st.App`: components' files, what the server holds in memory, the datasets' sound, maps' points."""
    return [assets_route(), held_route(cached.held), track_route(), point_route(), mel_route()]
