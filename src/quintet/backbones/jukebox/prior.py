"""Jukebox's prior (arXiv:2005.00341): a causal transformer over codes; what its layers hold is the embedding.

Source: openai/jukebox@b4dc344, prior/{autoregressive,conditioners}.py, transformer/{ops,transformer}.py;
labels as in p-lambda/jukemir@2415556: artist and genre unknown, the start of a track of 62 s.
A tensor is fetched when it is needed and dropped after: the 36 layers of 5B have 5 GB. Dense layers are
stored (in, out), in half precision; a CPU computes them in float32, in half it would be 200 times slower.
Shapes: T positions (lyrics, then music) of W values.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from quintet.backbones.jukebox.attention import attend
from quintet.backbones.jukebox.sizes import MUSIC_SECONDS, PriorSize
from quintet.backbones.jukebox.state_dict import layer_name

ROWS = 1024  # positions through a dense layer together: 20 MB at a width of 4800
STEP = 128  # samples a token


Layer = Callable[[Tensor], Tensor]


class Fetch(Protocol):
    """Gives a tensor by its official name, in the type it is stored in, or only its first `rows`."""

    def __call__(self, name: str, rows: int | None = None) -> Tensor: ...


@dataclass(frozen=True)
class Prior:
    """The prior's first layers. `dtype` is what dense layers are computed in; all else is float32."""

    size: PriorSize
    fetch: Fetch
    dtype: torch.dtype = torch.float32

    def layers(self, codes: Tensor, last: int) -> Iterator[Tensor]:
        """What layers 1 to `last` hold of the music, one after the other: (codes, W).

        Fewer codes than the prior can hear are heard as the beginning of a clip: it never looks ahead. The
        next layer overwrites what one gave.
        """
        x = self.start(codes)
        music = slice(self.size.lyrics, self.size.lyrics + len(codes))
        for number in range(last):
            self._layer(number, x)
            yield x[music]

    def start(self, codes: Tensor) -> Tensor:
        """The transformer's input (T, W): what came before each position, and where in the track it is.

        T is filled up to whole rows; what is filled comes after the music and changes nothing in it.
        """
        size = self.size
        codes = codes[: size.tokens]
        filled = -(-(size.lyrics + len(codes)) // size.row) * size.row
        tokens = codes.new_zeros(filled)  # no lyrics: token 0
        tokens[size.lyrics : size.lyrics + len(codes)] = codes + size.words
        x = self.fetch("prior.pos_emb.pos_emb", filled).to(torch.float32, copy=True)
        table = self.fetch("prior.x_emb.weight").float()
        x[0] += self.label()
        for part, before in zip(x[1:].split(ROWS), tokens[:-1].split(ROWS), strict=True):
            part += table[before]
        for first, part in enumerate(x[size.lyrics :].split(ROWS)):
            part += self.time(slice(first * ROWS, first * ROWS + len(part)))
        return x

    def label(self) -> Tensor:
        """Unknown genre and unknown artist: (W,)."""
        genre, artist = (self.fetch(f"y_emb.{kind}_emb.emb.weight", 1)[0] for kind in ("bow_genre", "artist"))
        return genre.float() + artist.float()

    def time(self, music: slice) -> Tensor:
        """Where in its track each of these tokens of music is: (T, W)."""
        whole, absolute, relative = time_bins(self.size)
        total, place, part = (self.fetch(f"y_emb.{scale}_emb.emb.weight").float()
                              for scale in ("total_length", "absolute_pos", "relative_pos"))  # fmt: skip
        return total[whole] + place[absolute[music].to(place.device)] + part[relative[music].to(part.device)]

    def _layer(self, number: int, x: Tensor) -> None:
        """x + attention + mlp, in place; x is (T, W)."""
        name, parts = layer_name(number), x.split(ROWS)
        heard, dense = self._attention(number, parts), self._dense(f"{name}.attn.c_proj")
        for part, rows in zip(parts, heard.split(ROWS), strict=True):
            part += dense(rows)
        norm = self._norm(f"{name}.ln_1")
        widen, dense = self._dense(f"{name}.mlp.c_fc"), self._dense(f"{name}.mlp.c_proj")
        for part in parts:
            part += dense(_gelu(widen(norm(part))))

    def _attention(self, number: int, parts: tuple[Tensor, ...]) -> Tensor:
        """(T, W / 4), before its last dense layer."""
        name = layer_name(number)
        norm, dense = self._norm(f"{name}.ln_0"), self._dense(f"{name}.attn.c_attn")
        qkv = parts[0].new_empty(sum(map(len, parts)), 3 * self.size.inner)
        for part, rows in zip(parts, qkv.split(ROWS), strict=True):
            rows.copy_(dense(norm(part)))
        heads = (part.unflatten(1, (self.size.heads, -1)) for part in qkv.chunk(3, 1))  # (T, H, D)
        return attend(self.size.attention(number), self.size, *heads)

    def _dense(self, name: str) -> Layer:
        weight, bias = (self.fetch(f"{name}.{part}").to(self.dtype) for part in "wb")
        return lambda x: torch.addmm(bias, x.to(self.dtype), weight).float()

    def _norm(self, name: str) -> Layer:
        weight, bias = (self.fetch(f"{name}.{part}").float() for part in ("weight", "bias"))
        return lambda x: functional.layer_norm(x, weight.shape, weight, bias, eps=1e-5)


def time_bins(size: PriorSize) -> tuple[int, Tensor, Tensor]:
    """The steps of the track's length, and of each token's place in seconds and in the track: (tokens,).

    In float32 as the original computes them: a token at the edge of a step must fall on the same side. Where
    the tokens last longer than the track, their end in the track is its end, as in the original's
    RangeEmbedding with clamp (jukebox/prior/conditioners.py): the relative place alone.
    """
    track = MUSIC_SECONDS * size.rate // STEP * STEP  # samples
    short, long = size.shortest * size.rate, size.longest * size.rate
    through = torch.arange(size.tokens).float() / size.tokens
    samples = size.tokens * STEP
    absolute = samples * through / long
    end = (torch.tensor(samples).float() / torch.tensor(track).float()).clamp(max=1.0)  # of the track
    relative = end * through
    whole = int(size.bins * (track - short) / (long - short))
    return whole, (size.bins * absolute).floor().long(), (size.bins * relative).floor().long()


def _gelu(x: Tensor) -> Tensor:
    """x * sigmoid(1.702 x), the older approximation, in place."""
    return x.mul_(torch.sigmoid_(1.702 * x))
