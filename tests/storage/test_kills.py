"""Commands killed while they write, and refused by their disk: the same command again ends whole.

A few points of two commands; `make kills` takes all points of all commands that write.
"""

import pytest

from tests.kills import DISK, Case, music


@pytest.fixture(scope="module", params=["datasets add", "embed"])
def case(request, tmp_path_factory) -> Case:
    home = tmp_path_factory.mktemp("kills")
    return Case(request.param, home / "case", music(home / "music"))


@pytest.mark.parametrize("part", [0.0, 0.5, 1.0], ids=["first", "middle", "last"])
def test_a_command_that_was_killed_ends_whole_the_second_time(case, tmp_path, part):
    at = 1 + round(part * (case.points - 1))
    assert case.points > 1
    assert case.try_(tmp_path / "machine", "kill", at) == ""


@pytest.mark.parametrize("how", DISK)
def test_a_disk_that_refuses_is_said_and_nothing_is_lost(case, tmp_path, how):
    assert case.try_(tmp_path / "machine", how, 1 + case.points // 2) == ""
