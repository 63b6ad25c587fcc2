"""Every route the server has beside the pages."""

from starlette.routing import BaseRoute

from dashboard import cache
from dashboard.components import assets_route
from dashboard.routes.audio import track_route
from dashboard.routes.map_points import mel_route, point_route
from dashboard.runtime.byte_store import held_route


def routes() -> list[BaseRoute]:
    """For `st.App`: components' files, what the server holds in memory, the datasets' sound, maps' points."""
    return [assets_route(), held_route(cache.held), track_route(), point_route(), mel_route()]
