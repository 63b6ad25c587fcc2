"""Every route the server has beside the pages."""

from starlette.routing import BaseRoute

from pages.parts import cached, sounds
from pages.parts.components import assets_route
from pages.parts.payloads import payload_route


def routes() -> list[BaseRoute]:
    """For `st.App`: components' files, sound, map data."""
    return [assets_route(), payload_route(cached.payloads), *sounds.routes()]
