"""The one door for sound: a file or upload becomes a mono float32 clip, or is refused with its reason."""

from quintet.audio.door import Clip, decode, decode_bytes
from quintet.audio.limits import Limits
from quintet.audio.pictures import mel_image, peaks
from quintet.audio.waves import as_wav, resample

__all__ = ["Clip", "Limits", "as_wav", "decode", "decode_bytes", "mel_image", "peaks", "resample"]
