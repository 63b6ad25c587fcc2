"""The store: commits are atomic, fingerprints never mix, a killed writer loses only its open batch."""

import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pytest

from quintet.errors import Busy, MissingEmbeddings, StoreError
from quintet.storage import tables

WRITER = """
import sys, numpy as np
from pathlib import Path
from quintet.storage import tables as store
path = Path(sys.argv[1])
held = store.embedded(path)
for batch in range(40):
    ids = [f"{batch}.{i}" for i in range(8) if f"{batch}.{i}" not in held]
    if ids:
        store.append_embeddings(path, "ab", ids, np.full((len(ids), 64), batch, np.float32))
        print(batch, flush=True)
"""


@pytest.fixture
def table(tmp_path):
    return tables.embeddings_path(tmp_path, "demo", "net:variant", "ab")


def test_rows_come_back_in_order_and_read_only(table):
    tables.append_embeddings(table, "ab", ["a", "b"], np.eye(2, 4, dtype=np.float32))
    tables.append_embeddings(table, "ab", ["c"], np.zeros((1, 4), np.float32))
    ids, matrix = tables.read_embeddings(table)
    assert ids == ["a", "b", "c"]
    np.testing.assert_array_equal(matrix, np.vstack([np.eye(2, 4), np.zeros((1, 4))]))
    assert matrix.dtype == np.float32
    with pytest.raises(ValueError, match="read-only"):
        matrix[0, 0] = 1


def test_another_fingerprint_is_refused_and_nothing_is_written(table):
    tables.append_embeddings(table, "ab", ["a"], np.zeros((1, 4), np.float32))
    with pytest.raises(StoreError, match="Nothing was written"):
        tables.append_embeddings(table, "cd", ["b"], np.zeros((1, 4), np.float32))
    assert tables.embedded(table) == {"a"}


def test_facts_are_those_of_the_last_commit_and_nobody_can_change_them(table):
    tables.write(table, pa.table({"id": ["a"]}), {"seed": "0"})
    tables.facts(table)["seed"] = "1"
    assert tables.facts(table) == {"seed": "0"}
    tables.write(table, pa.table({"id": ["a"]}), {"seed": "2"})
    assert tables.facts(table) == {"seed": "2"}
    shutil.rmtree(table)
    tables.write(table, pa.table({"id": ["a"]}), {"seed": "3"})
    tables.write(table, pa.table({"id": ["a"]}), {"seed": "4"})  # as many commits as before
    assert tables.facts(table) == {"seed": "4"}


def test_another_width_is_refused(table):
    tables.append_embeddings(table, "ab", ["a"], np.zeros((1, 4), np.float32))
    with pytest.raises(StoreError, match="dim"):
        tables.append_embeddings(table, "ab", ["b"], np.zeros((1, 5), np.float32))


def test_ids_and_rows_must_match(table):
    with pytest.raises(StoreError, match="2 ids came with 1"):
        tables.append_embeddings(table, "ab", ["a", "b"], np.zeros((1, 4), np.float32))


def test_failures_are_kept_with_their_reason(table):
    tables.append_failures(table, "ab", {"x": "empty file"})
    assert tables.failures(table) == {"x": "empty file"}
    assert tables.embedded(table) == set()


def test_every_commit_changes_the_version(table):
    seen = [tables.version(table)]
    for name in "abc":
        tables.append_embeddings(table, "ab", [name], np.zeros((1, 4), np.float32))
        seen.append(tables.version(table))
    assert len(set(seen)) == 4


def test_an_absent_table_says_how_to_make_it(tmp_path, table):
    with pytest.raises(MissingEmbeddings, match="quintet embed demo"):
        tables.read_embeddings(table)


def test_two_writers_do_not_meet(tmp_path):
    def another_job() -> None:
        with tables.write_lock(tmp_path, "demo"):
            pass

    with (
        ThreadPoolExecutor(1) as pool,
        tables.write_lock(tmp_path, "demo"),
        pytest.raises(Busy, match="Another job is writing 'demo'"),
    ):
        pool.submit(another_job).result()


def test_a_step_of_a_job_may_be_a_job_of_its_own(tmp_path):
    with tables.write_lock(tmp_path, "demo"), tables.write_lock(tmp_path, "demo"):
        pass
    with tables.write_lock(tmp_path, "demo"):
        pass


def test_an_id_that_was_written_twice_is_read_once(tmp_path):
    path = tables.embeddings_path(tmp_path, "demo", "net", "ab")
    tables.append_embeddings(path, "ab", ["x", "y"], np.eye(2, dtype=np.float32))
    tables.append_embeddings(path, "ab", ["y", "z"], 2 * np.eye(2, dtype=np.float32))
    ids, matrix = tables.read_embeddings(path)
    assert ids == ["x", "y", "z"]
    np.testing.assert_array_equal(matrix, [[1, 0], [0, 1], [0, 2]])


def test_a_killed_writer_loses_only_its_open_batch_and_resumes(tmp_path):
    path = tables.embeddings_path(tmp_path, "demo", "net", "ab")
    command = [sys.executable, "-c", WRITER, str(path)]
    killed = 0
    for _ in range(3):
        writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        writer.stdout.readline()
        time.sleep(0.05)
        os.kill(writer.pid, signal.SIGKILL)
        killed += writer.wait() == -signal.SIGKILL
        writer.stdout.close()
        ids, matrix = tables.read_embeddings(path)
        assert len(ids) == len(set(ids)) == len(matrix)
        assert len(ids) % 8 == 0  # whole batches only
    assert killed
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    ids, matrix = tables.read_embeddings(path)
    assert sorted(ids) == sorted(f"{b}.{i}" for b in range(40) for i in range(8))
    assert all(matrix[row, 0] == float(name.split(".")[0]) for row, name in enumerate(ids))


@pytest.mark.parametrize(
    "fault", ["no versions", "empty manifest", "garbage manifest", "no data", "short data"]
)
def test_a_table_that_cannot_be_read_is_set_aside_and_written_again(tmp_path, fault):
    table = tables.embeddings_path(tmp_path, "demo", "net:variant", "ab")
    tables.append_embeddings(table, "ab", ["a", "b"], np.ones((2, 64), np.float32))
    _damage(table, fault)
    with tables.write_lock(tmp_path, "demo"):
        assert not tables.exists(table)
        tables.append_embeddings(table, "ab", ["a", "b"], np.ones((2, 64), np.float32))
    assert tables.read_embeddings(table)[0] == ["a", "b"]
    assert [one.name for one in table.parent.glob("*.damaged-*")] == [f"{table.name}.damaged-1"]


def test_tables_without_their_columns_are_set_aside(tmp_path):
    table = tables.embeddings_path(tmp_path, "demo", "net", "ab")
    tables.write(table, pa.table({"name": ["a"]}), {"fingerprint": "ab"})
    tables.append_embeddings(table.with_name("b.lance"), "ab", ["a"], np.ones((1, 64), np.float32))
    tables.write(table.with_name("b.failed.lance"), pa.table({"id": ["a"]}), {"fingerprint": "ab"})
    with pytest.raises(StoreError, match="damaged"):
        tables.failures(table.with_name("b.lance"))
    assert {path.name.partition(".damaged")[0] for path in tables.heal(tmp_path, "demo")} == {
        table.name, "b.failed.lance",
    }  # fmt: skip
    assert tables.embedded(table.with_name("b.lance")) == {"a"}


def test_reading_a_damaged_table_names_the_command_that_mends_it(table):
    tables.append_embeddings(table, "ab", ["a"], np.ones((1, 64), np.float32))
    _damage(table, "garbage manifest")
    with pytest.raises(StoreError, match=r"damaged\. Run: quintet prepare demo"):
        tables.read_embeddings(table)


def test_at_most_three_damaged_tables_are_kept(table):
    for _ in range(5):
        tables.append_embeddings(table, "ab", ["a"], np.ones((1, 64), np.float32))
        _damage(table, "no versions")
        tables.set_aside(table)
    assert sorted(one.name[-1] for one in table.parent.glob("*.damaged-*")) == ["3", "4", "5"]


def _damage(table, fault):
    if fault == "no versions":
        shutil.rmtree(table / "_versions")
        return
    folder = "data" if "data" in fault else "_versions"
    for file in list((table / folder).iterdir()):
        if fault == "no data":
            file.unlink()
        else:
            content = {"empty manifest": b"", "garbage manifest": b"\xff" * 300}.get(fault)
            file.write_bytes(file.read_bytes()[:40] if content is None else content)
