"""The server's own routes: sound, map points, the components' files, headers."""
