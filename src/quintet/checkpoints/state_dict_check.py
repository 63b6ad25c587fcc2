"""The check that tensors are those a net needs."""

from collections.abc import Mapping

import numpy as np

from quintet.errors import BadWeights


def fit(
    found: Mapping[str, np.ndarray], shapes: Mapping[str, tuple[int, ...]], title: str
) -> dict[str, np.ndarray]:
    """Those tensors that `shapes` names, as float32. Raises BadWeights if one is missing or does not fit."""
    fitted = {}
    for name, shape in shapes.items():
        if name not in found:
            raise BadWeights(
                f"These are not weights of {title}: the tensor {name!r} {shape} is missing. {NEXT}"
            )
        values = found[name]
        if values.shape != shape or values.dtype.kind != "f":
            said = f"{values.dtype} {values.shape}, expected float32 {shape}"
            raise BadWeights(f"These are not weights of {title}: {name!r} is {said}. {NEXT}")
        if not np.isfinite(values).all():
            raise BadWeights(
                f"The weights of {title} are damaged: {name!r} holds values that are no numbers. {NEXT}"
            )
        fitted[name] = values.astype(np.float32, copy=False)
    return fitted


NEXT = "Get them again with quintet weights get, or name others with --weights FILE."
