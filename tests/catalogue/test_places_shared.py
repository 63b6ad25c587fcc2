"""The file of added datasets is shared by many processes, and may be damaged by hand."""

import json
import multiprocessing
from pathlib import Path

import pytest

from quintet.catalogue import places
from quintet.datasets.base import Place
from quintet.errors import StoreError
from quintet.settings import Settings


def _keep(data: Path, start: int) -> None:
    settings = Settings(data=data)
    for n in range(start, start + 30):
        places.keep(places.Entry(f"set{n}", "folder", Place(data, "", None)), settings)


def test_six_processes_that_add_thirty_datasets_each_keep_all(tmp_path):
    context = multiprocessing.get_context("spawn")
    jobs = [context.Process(target=_keep, args=(tmp_path, 30 * n)) for n in range(6)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert [job.exitcode for job in jobs] == [0] * 6
    assert len(json.loads((tmp_path / "datasets.json").read_text())) == 180


@pytest.mark.parametrize(
    "text", ["[]", '{"a": 1}', '{"a": {"root": "/x"}}', '{"a": {"reader": 1, "root": "x"}}']
)
def test_a_file_of_another_shape_is_refused_in_a_sentence(tmp_path, text):
    (tmp_path / "datasets.json").write_text(text)
    with pytest.raises(StoreError, match="expected name -> reader and root"):
        places.known(Settings(data=tmp_path))
