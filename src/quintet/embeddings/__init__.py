"""Models as they run here, what is still to embed, and the runner that embeds it."""
