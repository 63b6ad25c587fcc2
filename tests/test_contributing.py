"""The example of CONTRIBUTING.md runs as it stands there."""

import re
from pathlib import Path

import numpy as np
import pytest

from quintet.errors import BadAudio, UsageError

PAGE = Path(__file__).parents[1] / "CONTRIBUTING.md"


def test_the_smallest_backbone_is_one():
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(code.splitlines()) <= 40
    module: dict = {}
    exec(code, module)
    encode = module["load"](module["SPEC"], (), "cpu")
    encoding = encode(np.full(40_000, 0.1, np.float32), 16_000)
    # its last half second is silent
    assert encoding.frames[:, 0] == pytest.approx(
        [-20, -20, -23.01], abs=0.01
    )  # its last half second is silent
    assert encoding.times[-1].tolist() == [2.0, 2.5]
    with pytest.raises(UsageError, match="expected 16000"):
        encode(np.zeros(8), 44_100)
    with pytest.raises(BadAudio, match="0 samples"):
        encode(np.zeros(0, np.float32), 16_000)
