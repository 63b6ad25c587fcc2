"""What each layer of Jukebox's prior attends to, without a mask of all positions against all.

Source: openai/jukebox@b4dc344, transformer/factored_attention.py; Sparse Transformers (arXiv:1904.10509).
The positions stand in rows of equal length. Shapes: T = R rows x N positions, H heads of D values.
"""

import torch
from torch import Tensor
from torch.nn import functional

from quintet.backbones.jukebox.sizes import COLUMN, DENSE, PREVIOUS, ROW, PriorSize


def attend(kind: str, size: PriorSize, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Queries, keys and values (T, H, D) -> (T, H * D); T is a number of whole rows, up to all.

    ROW: this row so far. COLUMN: the same place in the rows so far. PREVIOUS: the whole row before, and
    nothing in the first. DENSE: everything so far. LYRICS: the lyrics so far.
    """
    if kind in (ROW, COLUMN, PREVIOUS):
        q, k, v = (_rows(x, size.row, kind) for x in (q, k, v))  # (R, H, N, D); of COLUMN (N, H, R, D)
    else:
        heard = None if kind == DENSE else size.heard_lyrics
        q, k, v = (x[:last].transpose(0, 1)[None] for x, last in ((q, None), (k, heard), (v, heard)))
    if kind == PREVIOUS:
        out = torch.zeros((*q.shape[:-1], v.shape[-1]), dtype=q.dtype, device=q.device)
        if len(q) > 1:
            out[1:] = functional.scaled_dot_product_attention(q[1:], k[:-1], v[:-1])
    else:
        out = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    order = (2, 0, 1, 3) if kind == COLUMN else (0, 2, 1, 3)
    return out.permute(order).flatten(2).flatten(0, 1)


def _rows(x: Tensor, row: int, kind: str) -> Tensor:
    x = x.unflatten(0, (-1, row))  # (R, N, H, D)
    return x.permute(1, 2, 0, 3) if kind == COLUMN else x.transpose(1, 2)
