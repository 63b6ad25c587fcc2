"""The fuzzer itself: its damage is repeatable and passes checksums, and its worker notices every trouble."""

import io
import random
import zipfile

import numpy as np
import pytest

from tests.fuzz import campaign, mutate, seeds, targets, trouble, worker
from tests.fuzz.__main__ import main as fuzz
from tests.fuzz.seeds import GOLDEN
from tests.fuzz.worker import Input, Worker

EXPECTED = {
    "accepted": worker.ACCEPTED, "refused": worker.REFUSED,
    "foreign": worker.FOREIGN, "exits": worker.FOREIGN,
    "nameless": worker.SENTENCE, "line break": worker.SENTENCE, "temporary": worker.SENTENCE,
    "other kind": worker.SENTENCE, "wrong": worker.WRONG, "warned": worker.WARNED, "heavy": worker.HEAVY,
    "too large": worker.FOREIGN, "hang": worker.HANG, "crash": worker.CRASH,
}  # fmt: skip


@pytest.fixture(scope="module")
def child():
    made = Worker("tests.fuzz.trouble", seconds=4.0)
    yield made
    made.close()


def test_every_trouble_has_its_name():
    assert set(EXPECTED) == set(trouble.KINDS)


@pytest.mark.parametrize("kind", EXPECTED)
def test_the_worker_notices(child, kind):
    outcome = child.read(Input(kind, 0, {"clip.wav": b"sound"}, "clip.wav"))
    assert outcome.kind == EXPECTED[kind], outcome


def test_a_worker_that_died_is_followed_by_another(child):
    crashed = child.read(Input("crash", 0, {"clip.wav": b"sound"}, "clip.wav"))
    assert "Segmentation fault" in crashed.trace
    assert child.read(Input("accepted", 1, {"clip.wav": b"sound"}, "clip.wav")).kind == worker.ACCEPTED


@pytest.mark.parametrize("name", ["audio opus", "weights torch", "arrays", "lists"])
def test_a_number_makes_the_same_mutant_again(name):
    first = [campaign.mutant(name, number) for number in range(30, 60)]
    assert first == [campaign.mutant(name, number) for number in range(30, 60)]
    assert len({tuple(case.files.values()) for case in first}) > 25


def test_the_first_inputs_are_the_seeds_themselves():
    made = campaign.seeds_of("arrays")
    assert [campaign.mutant("arrays", n).files for n in range(len(made))] == [seed.files for seed in made]


def test_an_ogg_pages_checksum_is_oggs():
    data = seeds.sounds()["opus"]()
    length = 27 + data[26] + sum(data[27 : 27 + data[26]])
    page = data[:22] + bytes(4) + data[26:length]
    assert mutate.ogg_crc(page) == int.from_bytes(data[22:26], "little")


@pytest.mark.parametrize("path", ["tf_bundle/v1_slices", "tf_bundle/v2_one_shard.index"])
def test_a_changed_block_of_a_tensorflow_table_gets_its_checksum(path):
    from quintet.checkpoints import leveldb_table

    data = bytearray((GOLDEN / path).read_bytes())
    data[0:3] = b"\0\0\1"  # the first entry's lengths
    with pytest.raises(ValueError, match="checksum"):
        list(leveldb_table.entries(memoryview(bytes(data))))
    data[-48:] = data[-48:]
    try:
        list(leveldb_table.entries(memoryview(bytes(mutate.repaired(data)))))
    except (ValueError, IndexError) as error:
        assert "checksum" not in str(error)


def test_a_damaged_member_lies_in_a_zip_that_opens():
    data = seeds.arrays()[0].files["mine.npz"]
    opened = 0
    for number in range(60):
        changed = mutate.mutate(random.Random(number), data, data)
        try:
            with zipfile.ZipFile(io.BytesIO(changed)) as file:
                opened += file.testzip() is None and changed != data
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
            continue
    assert opened > 20


@pytest.mark.parametrize("name", targets.TARGETS)
def test_seeds_are_the_same_at_every_call(name):
    first, second = targets.TARGETS[name].seeds(), targets.TARGETS[name].seeds()
    assert first == second
    assert all(name in seed.files for seed in first for name in seed.damaged)


def test_a_target_that_is_not_there_is_named(capsys):
    assert fuzz(["--target", "audio flak"]) == 2
    assert "audio flac" in capsys.readouterr().out


def test_the_table_counts_every_target_and_all():
    tally = campaign.Tally()
    tally.kinds.update({worker.ACCEPTED: 3, worker.CRASH: 1})
    lines = campaign.table({"a": tally, "b": campaign.Tally()}).splitlines()
    assert len(lines) == 4
    assert lines[1].split()[1:4] == ["4", "3", "0"]
    assert tally.bad == 1
    assert np.array_equal(lines[3].split()[:2], ["2", "targets"])
