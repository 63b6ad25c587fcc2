"""Settings: defaults, then the file, then the environment; what does not fit is said."""

from pathlib import Path

import pytest

from quintet import settings
from quintet.errors import UsageError


def test_defaults_hold_without_file_and_environment(tmp_path):
    found = settings.load({"QUINTET_CONFIG": str(tmp_path / "none.toml")})
    assert found.address == "127.0.0.1"
    assert found.cache.name == "cache"


def test_the_environment_overrides_the_file(tmp_path):
    file = tmp_path / "quintet.toml"
    file.write_text('cache = "/a"\nport = 9000\n[roots]\ngtzan = "/music/gtzan"\n')
    found = settings.load({"QUINTET_CONFIG": str(file), "QUINTET_PORT": "9001"})
    assert found.cache == Path("/a")
    assert found.port == 9001
    assert found.roots == {"gtzan": "/music/gtzan"}


def test_a_dataset_folder_can_be_given_by_the_environment(tmp_path):
    found = settings.load(
        {"QUINTET_CONFIG": str(tmp_path / "none.toml"), "QUINTET_ROOT_GTZAN": "/disk/gtzan"}
    )
    assert found.roots == {"gtzan": "/disk/gtzan"}


def test_an_unknown_key_is_named_with_the_known_ones(tmp_path):
    file = tmp_path / "quintet.toml"
    file.write_text("cachee = 1\n")
    with pytest.raises(UsageError, match=r"'cachee'.*Known: cache"):
        settings.load({"QUINTET_CONFIG": str(file)})


def test_a_broken_file_is_named(tmp_path):
    file = tmp_path / "quintet.toml"
    file.write_text("cache = \n")
    with pytest.raises(UsageError, match="not valid TOML"):
        settings.load({"QUINTET_CONFIG": str(file)})


def test_a_number_that_is_none_is_refused(tmp_path):
    with pytest.raises(UsageError, match="'port' is 'many'"):
        settings.load({"QUINTET_CONFIG": str(tmp_path / "none.toml"), "QUINTET_PORT": "many"})


def test_a_number_without_end_and_a_key_without_end_are_refused_in_a_line(tmp_path):
    file = tmp_path / "quintet.toml"
    for text, says in (("port = inf", "'port' is inf"), (f"{'9' * 5_000} = 1", "'99999")):
        file.write_text(text)
        with pytest.raises(UsageError, match=says) as refusal:
            settings.load({"QUINTET_CONFIG": str(file)})
        assert len(str(refusal.value)) < 400


def test_an_installed_package_lists_what_the_checkout_installs():
    import tomllib

    project = tomllib.loads((settings.HOME / "pyproject.toml").read_text(encoding="utf-8"))
    assert "dependencies" in project["project"]["dynamic"]
    files = project["tool"]["setuptools"]["dynamic"]["dependencies"]["file"]
    assert all((settings.HOME / name).is_file() for name in files)
