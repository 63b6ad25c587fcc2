"""The planted tables of tests/planted.py as fixtures."""

from tests.planted import answers, noise, signal

__all__ = ["answers", "noise", "signal"]
