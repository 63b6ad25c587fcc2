"""The registry: entries are files, names are checked, nothing is imported to list them."""

import subprocess
import sys

import pytest

from quintet import registry
from quintet.errors import UnknownName


@pytest.mark.parametrize("kind", ["backbones", "datasets"])
def test_entries_are_found_by_file_name(kind):
    assert registry.names(kind)
    assert "base" not in registry.names(kind)


def test_a_wrong_name_gets_the_nearest_one():
    with pytest.raises(UnknownName, match=r"No backbone named 'muiscnn'\. Did you mean 'musicnn'\?"):
        registry.module("backbones", "muiscnn")


def test_listing_backbones_imports_no_torch():
    code = "import sys; from quintet import registry; from quintet.backbones import base\n"
    code += "[base.resolve(n) for n in registry.names('backbones')]; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
