"""The one place for paths and environment: defaults, then quintet.toml, then QUINTET_* variables."""

import os
import reprlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

import platformdirs

from quintet.errors import UsageError

HOME = Path(__file__).parents[2]  # the checkout, where the package is installed editable
IN_CHECKOUT = (HOME / "app.py").is_file()
_CACHE = HOME / "cache" if IN_CHECKOUT else Path(platformdirs.user_cache_dir("quintet"))
_CONFIG = (HOME if IN_CHECKOUT else Path(platformdirs.user_config_dir("quintet"))) / "quintet.toml"


@dataclass(frozen=True)
class Settings:
    """Where things lie and how much is allowed: each field is a key of quintet.toml and QUINTET_<FIELD>."""

    cache: Path = _CACHE
    shipped: Path = HOME / "cache"  # embeddings that come with the checkout
    data: Path = Path(platformdirs.user_data_dir("quintet"))
    weights: Path = _CACHE / "weights"
    device: str = "auto"
    max_seconds: float = 600.0  # of one clip; what lies beyond is not decoded
    min_seconds: float = 0.5
    max_upload_mb: int = 200
    address: str = "127.0.0.1"
    port: int = 8501
    mirror: str = ""  # where every weights file is fetched instead: <mirror>/<backbone>/<file>
    mirrors: Mapping[str, str] = field(default_factory=dict)  # one weights file -> its address; [mirrors]
    roots: Mapping[str, str] = field(default_factory=dict)  # dataset -> folder; [roots], QUINTET_ROOT_<NAME>


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings of this process. Raises UsageError for a file that does not parse or an unknown key."""
    path = config_path(environ)
    values = _read(path)
    known = {f.name: f for f in fields(Settings)}
    for key in values:
        if key not in known:
            raise UsageError(
                f"{path} has the key {reprlib.repr(key)}, which does not exist. Known: {', '.join(known)}."
            )
    for key in known:
        if key not in ("roots", "mirrors") and f"QUINTET_{key.upper()}" in environ:
            values[key] = environ[f"QUINTET_{key.upper()}"]
    named = {
        key.removeprefix(_ROOT).lower(): value for key, value in environ.items() if key.startswith(_ROOT)
    }
    values["roots"] = {**values.get("roots", {}), **named}
    return Settings(**{key: _typed(key, value) for key, value in values.items()})


def config_path(environ: Mapping[str, str] = os.environ) -> Path:
    """Where quintet.toml lies: beside app.py, or in the user's configuration folder without a checkout."""
    return Path(environ.get("QUINTET_CONFIG", _CONFIG))


def _read(path: Path) -> dict:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not valid TOML: {error}. Correct it or move it away.") from error


_PATHS = ("cache", "shipped", "data", "weights")
_ROOT = "QUINTET_ROOT_"
_NUMBERS = {"max_seconds": float, "min_seconds": float, "max_upload_mb": int, "port": int}


def _typed(key: str, value: object) -> object:
    if key in _PATHS:
        return Path(str(value)).expanduser().absolute()
    if key in _NUMBERS:
        try:
            return _NUMBERS[key](value)
        except (TypeError, ValueError, OverflowError) as error:
            raise UsageError(
                f"The setting {key!r} is {reprlib.repr(value)}; a number was expected."
            ) from error
    return value
