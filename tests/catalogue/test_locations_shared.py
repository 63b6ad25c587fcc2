"""The file of added datasets is shared by many processes, and may be damaged by hand."""

import json
import subprocess
import sys

import pytest

from quintet.catalogue import locations
from quintet.errors import StoreError
from quintet.settings import Settings

KEEP = """
import sys
from pathlib import Path
from quintet.catalogue import locations
from quintet.datasets.base import DatasetLocation
from quintet.settings import Settings
data, start = Path(sys.argv[1]), int(sys.argv[2])
for n in range(start, start + 30):
    locations.keep(locations.Entry(f"set{n}", "folder", DatasetLocation(data, "", None)), Settings(data=data))
"""


def test_six_processes_that_add_thirty_datasets_each_keep_all(tmp_path):
    jobs = [subprocess.Popen([sys.executable, "-c", KEEP, str(tmp_path), str(30 * n)]) for n in range(6)]
    assert [job.wait() for job in jobs] == [0] * 6
    assert len(json.loads((tmp_path / "datasets.json").read_text())) == 180


@pytest.mark.parametrize(
    "text", ["[]", '{"a": 1}', '{"a": {"root": "/x"}}', '{"a": {"reader": 1, "root": "x"}}']
)
def test_a_file_of_another_shape_is_refused_in_a_sentence(tmp_path, text):
    (tmp_path / "datasets.json").write_text(text)
    with pytest.raises(StoreError, match="expected name -> reader and root"):
        locations.known(Settings(data=tmp_path))
