"""The sizes of Jukebox's two nets: the official ones, or what a file's own `hps` says.

Source: openai/jukebox@08efbbc, hparams.py; here level 2 of the VQ-VAE, whose codes the prior hears.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from quintet.errors import BadWeights

MUSIC_SECONDS = 62  # of the track a clip is said to come from (jukemir's label)
ROW, COLUMN, PREVIOUS, DENSE, LYRICS = "row", "column", "previous row", "dense", "lyrics"


@dataclass(frozen=True)
class VqSize:
    """Level 2: waves halved sum(downs) times, `depth` residual blocks after each halving, `codes` codes."""

    downs: tuple[int, ...] = (3, 2, 2)
    width: int = 32
    depth: int = 4
    growth: int = 3  # of the dilation from one residual block to the next
    code_width: int = 64
    codes: int = 2048

    @property
    def hop(self) -> int:
        """Samples a code: 128."""
        return 2 ** sum(self.downs)

    @property
    def side(self) -> int:
        """Positions that the residual blocks of one halving see to either side: 1 + 3 + 9 + 27."""
        return sum(self.growth**block for block in range(self.depth))

    @property
    def reach(self) -> int:
        """Samples behind its first one that a code still depends on: 10,582."""
        ahead = 0
        for halvings in reversed(self.downs):
            ahead += 1  # the group's last convolution
            for _ in range(halvings):
                ahead = 2 * (ahead + self.side) + 2
        return ahead


@dataclass(frozen=True)
class PriorSize:
    """The prior: `blocks` rows of tokens, `lyrics` of them before the music, times told in `bins` steps."""

    tokens: int = 8192  # of music
    width: int = 4800
    depth: int = 72
    heads: int = 8
    order: int = 2
    blocks: int = 128
    codes: int = 2048
    words: int = 0  # letters that lyrics are written in
    lyrics: int = 0
    bins: int = 128
    rate: int = 44_100  # Hz
    shortest: float = 60.0  # s; tracks it was trained on
    longest: float = 600.0

    @property
    def positions(self) -> int:
        """Lyrics and music."""
        return self.lyrics + self.tokens

    @property
    def row(self) -> int:
        """Tokens a row: 64."""
        return self.positions // self.blocks

    @property
    def inner(self) -> int:
        """Width of queries, keys and values: a quarter."""
        return self.width // 4

    @property
    def heard_lyrics(self) -> int:
        """Positions that LYRICS attention hears: the lyrics and what fills their last `blocks`."""
        return (self.lyrics // self.blocks + 1) * self.blocks

    def attention(self, layer: int) -> str:
        """What a layer, counted from 0, attends to."""
        if self.order == 12 and layer % 16 == 15:
            return (LYRICS, LYRICS, DENSE)[layer % 3]
        return (ROW, COLUMN, PREVIOUS)[layer % 3]


LYRICS_1B = PriorSize(
    tokens=6144, width=2048, heads=2, order=12, blocks=64, words=79, lyrics=384, bins=64, shortest=17.84
)
# What runs without weights: 1 CPU s for 10 s of audio.
CONTROL_VQ = VqSize(width=16)
CONTROL = PriorSize(width=480, depth=6)


def vq(hps: Mapping[str, object]) -> VqSize:
    """The VQ-VAE's sizes, the official ones where the file says nothing. Raises BadWeights."""
    official = VqSize()
    size = VqSize(
        downs=_three(hps, "downs_t", official.downs),
        width=_whole(hps, "width", official.width) * _three(hps, "hvqvae_multipliers", (1, 1, 1))[2],
        depth=_whole(hps, "depth", official.depth),
        growth=_whole(hps, "dilation_growth_rate", official.growth),
        code_width=_whole(hps, "emb_width", official.code_width),
        codes=_whole(hps, "l_bins", official.codes),
    )
    if max(size.downs) > 16 or size.depth > 100:
        raise BadWeights(
            f"The file says downs_t = {size.downs} and depth = {size.depth}; "
            f"at most 16 and 100 are read. {NEXT}"
        )
    return size


def prior(hps: Mapping[str, object], official: PriorSize, codes: int) -> PriorSize:
    """The prior's sizes, those of `official` where the file says nothing. Raises BadWeights.

    A file with another order of attention is another model: sizes can be overridden, the kind cannot.
    """
    lyrics = _whole(hps, "n_tokens", official.lyrics) if hps.get("use_tokens", official.lyrics > 0) else 0
    size = PriorSize(
        tokens=_whole(hps, "n_ctx", official.tokens),
        width=_whole(hps, "prior_width", official.width),
        depth=_whole(hps, "prior_depth", official.depth),
        heads=_whole(hps, "heads", official.heads),
        order=_whole(hps, "attn_order", official.order),
        blocks=_whole(hps, "blocks", official.blocks),
        codes=codes,
        words=_whole(hps, "n_vocab", official.words) if lyrics else 0,
        lyrics=lyrics,
        bins=_whole(hps, "t_bins", official.bins),
        rate=_whole(hps, "sr", official.rate),
        shortest=float(_number(hps, "min_duration", official.shortest)),
        longest=float(_number(hps, "max_duration", official.longest)),
    )
    if size.order != official.order or bool(size.lyrics) != bool(official.lyrics):
        raise BadWeights(
            f"This prior attends in order {size.order} to {size.lyrics} lyric tokens; expected order "
            f"{official.order}: it is another of Jukebox's models. {NEXT}"
        )
    if size.positions % size.blocks or size.inner % size.heads or size.width % 4:
        raise BadWeights(f"The prior's sizes do not fit together: {size}. {NEXT}")
    return size


NEXT = "Name the two files in this order: --weights vqvae.pth.tar prior_level_2.pth.tar"


def _three(hps: Mapping[str, object], key: str, otherwise: tuple[int, ...]) -> tuple[int, ...]:
    values = hps.get(key, otherwise)
    if not isinstance(values, tuple | list) or len(values) != 3:
        raise BadWeights(f"The file says {key} = {values!r}; one number a level, three, was expected. {NEXT}")
    return tuple(_whole({key: value}, key, 1) for value in values)


def _number(hps: Mapping[str, object], key: str, otherwise: float) -> float:
    value = hps.get(key, otherwise)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**31:
        raise BadWeights(f"The file says {key} = {value!r}; a number was expected. {NEXT}")
    return value


def _whole(hps: Mapping[str, object], key: str, otherwise: int) -> int:
    value = _number(hps, key, otherwise)
    if not isinstance(value, int) or (value < 1 and key != "n_tokens"):
        raise BadWeights(f"The file says {key} = {value!r}; a whole number was expected. {NEXT}")
    return value
