"""Files replaced in one step: what fails leaves the old one, and only regular files are replaced."""

import errno
import os
import threading

import pytest

from quintet.errors import Busy, StoreError
from quintet.storage import atomic


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / "list.json"
    atomic.write_json(path, {"a": 1})
    atomic.write_json(path, {"a": 2})
    assert path.read_text() == '{\n "a": 2\n}'
    assert os.listdir(tmp_path) == ["list.json"]


def test_a_failure_keeps_the_old_file_and_removes_the_new(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), atomic.replacing(path) as temporary:
        temporary.write_text("half")
        raise ZeroDivisionError
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["x.txt"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_refuses_is_one_sentence(tmp_path, code):
    path = tmp_path / "x.txt"
    path.write_text("old")
    with pytest.raises(StoreError, match=os.strerror(code)), atomic.replacing(path):
        raise OSError(code, os.strerror(code))
    assert path.read_text() == "old"


def test_a_pipe_and_a_folder_are_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder"):
        with pytest.raises(StoreError, match="only a regular file is replaced"):
            atomic.write_text(tmp_path / name, "x")
    assert sorted(os.listdir(tmp_path)) == ["folder", "pipe"]


def test_a_link_is_followed(tmp_path):
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to("real.txt")
    atomic.write_text(tmp_path / "link.txt", "new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"


def test_the_longest_name_that_a_disk_takes_is_written(tmp_path):
    path = tmp_path / ("x" * 251 + ".txt")
    atomic.write_text(path, "x")
    assert path.read_text() == "x"
    with pytest.raises(StoreError, match="cannot be written"):
        atomic.write_text(tmp_path / ("x" * 300), "x")


def test_a_new_file_has_the_rights_of_any_other(tmp_path):
    (tmp_path / "plain").write_text("")
    atomic.write_text(tmp_path / "ours", "")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_changes_of_many_threads_all_count(tmp_path):
    path = tmp_path / "number"
    path.write_text("0")

    def add():
        for _ in range(20):
            with atomic.locked(path):
                atomic.write_text(path, str(int(path.read_text()) + 1))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_text() == "80"


def test_a_lock_held_by_another_is_busy(tmp_path):
    path = tmp_path / "x"
    with atomic.locked(path), pytest.raises(Busy, match="in use"), atomic.locked(path, seconds=0):
        pass
