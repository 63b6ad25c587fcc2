"""What a file may cost and which part of it is asked for."""

from dataclasses import dataclass

import numpy as np

HEADROOM = 96_000  # Hz; at higher rates the limit of samples ends a clip before the limit of seconds does
ROOM = 1 << 26  # samples that are always allowed: 256 MB of float32, 10 min at 112 kHz


@dataclass(frozen=True)
class Limits:
    """How much of a file is decoded at most, and how little is refused, in seconds; which sound is refused.

    Telephones sample at 8 kHz, DSD64 decodes to 352.8 kHz and the fastest converters run at 384 kHz; a header
    beyond that is damaged or made to exhaust memory. 64 channels are 7th-order Ambisonics.
    """

    max_seconds: float = 600.0
    min_seconds: float = 0.5
    min_rate: int = 8_000  # Hz
    max_rate: int = 384_000  # Hz
    max_channels: int = 64
    max_level: float = 1e4  # 80 dB above full scale: floats may exceed 1, but no recording does by so much

    @property
    def max_samples(self) -> int:
        """Samples of the mixed-down clip: what `max_seconds` have at 96 kHz, and 256 MB at least."""
        return max(round(self.max_seconds * HEADROOM), ROOM)


@dataclass(frozen=True)
class Excerpt:
    """Which part is asked for. `seconds` is None where everything up to the limit is."""

    limits: Limits
    start: float = 0.0
    seconds: float | None = None

    @property
    def max_seconds(self) -> float:
        """Seconds wanted from `start` on, at any rate."""
        return min(self.limits.max_seconds, np.inf if self.seconds is None else self.seconds)

    def max_samples(self, rate: int) -> int:
        """Samples wanted from `start` on, at `rate` Hz."""
        return int(min(self.max_seconds * rate + 0.5, self.limits.max_samples))
