"""The Backbones page."""
