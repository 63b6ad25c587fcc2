"""An excerpt of a damaged Ogg: libsndfile's seek ends the process where its decoder never began."""

import pytest

from quintet import audio
from quintet.errors import BadAudio
from tests.fuzz import mutate, seeds


@pytest.mark.parametrize("offset", [20, 100])
def test_an_excerpt_of_an_ogg_whose_setup_header_is_damaged_is_refused(tmp_path, offset):
    data = bytearray(seeds.sounds()["ogg"]())
    data[data.index(b"\x05vorbis") + offset] = 0xFF
    path = tmp_path / "damaged.ogg"
    path.write_bytes(mutate.repaired(data))  # the page's checksum is right, so the decoder believes it
    with pytest.raises(BadAudio, match=r"damaged\.ogg"):
        audio.decode(path, audio.Limits(60.0, 0.05), start=0.1, seconds=0.2)
