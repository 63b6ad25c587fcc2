"""Quintet: five music-audio backbones side by side. The library behind the dashboard and the command line."""

__version__ = "0.1.0"
