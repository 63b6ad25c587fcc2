"""The one door for sound: a file or upload becomes a mono float32 clip, or is refused with its reason."""

from quintet.audio.decoding import Clip, decode, decode_bytes
from quintet.audio.limits import Limits
from quintet.audio.resampling import as_wav, resample
from quintet.audio.spectrogram import mel_image, peaks

__all__ = ["Clip", "Limits", "as_wav", "decode", "decode_bytes", "mel_image", "peaks", "resample"]
