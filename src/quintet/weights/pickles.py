"""A pickle read as data: its opcodes are walked, and nothing it asks for is ever called.

Only what a PyTorch checkpoint is made of is understood: numbers, texts, lists, dictionaries, and a tensor as
the place where its storage lies. Source: pickletools; torch.serialization and torch._utils of PyTorch 2.14.
"""

import pickletools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

_MARK = object()  # where a tuple, list or dictionary began on the stack


@dataclass(frozen=True)
class Name:
    """Something importable that the pickle names; it is never imported."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(frozen=True)
class Storage:
    """A run of `count` numbers: `type` as torch names it ("HalfStorage"), `key` as the file does."""

    type: str
    key: str
    count: int


@dataclass(frozen=True)
class Tensor:
    """Part of a storage: `offset`, `shape` and `strides` count numbers, not bytes."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _storage(kind: str, name: Name, key: str, _device: str, count: int, *view: object) -> Storage:
    if kind != "storage" or any(part is not None for part in view):
        raise ValueError(f"the storage {key!r} is a view into another")
    if not isinstance(key, str) or not isinstance(count, int) or count < 0:
        raise ValueError("a storage has no key or no size")
    return Storage(name.name, key, count)


def _tensor(storage: Storage, offset: int, shape: tuple, strides: tuple, *_: object) -> Tensor:
    if not isinstance(storage, Storage):
        raise ValueError("a tensor has no storage")
    if not all(isinstance(n, int) and n >= 0 for n in (offset, *shape, *strides)):
        raise ValueError("a tensor's shape is none")
    return Tensor(storage, offset, tuple(shape), tuple(strides))


_CALLS: dict[tuple[str, str], Callable] = {
    ("collections", "OrderedDict"): lambda *_: {},
    ("jukebox.hparams", "Hyperparams"): lambda *_: {},  # the authors' own dictionary of sizes
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_parameter"): lambda tensor, *_: tensor,
}


@dataclass
class _Machine:
    """The stack and the memo of one pickle."""

    stack: list = field(default_factory=list)
    memo: dict = field(default_factory=dict)

    def since_mark(self) -> list:
        at = len(self.stack) - 1 - self.stack[::-1].index(_MARK)
        items = self.stack[at + 1 :]
        del self.stack[at:]
        return items

    def last(self, count: int) -> list:
        if len(self.stack) < count:
            raise ValueError("its stack is empty")
        items = self.stack[len(self.stack) - count :]
        del self.stack[len(self.stack) - count :]
        return items


def _update(machine: _Machine, items: list) -> None:
    if not isinstance(machine.stack[-1], dict):
        raise ValueError("it fills something that is no dictionary")
    machine.stack[-1].update(zip(items[::2], items[1::2], strict=True))


def _call(machine: _Machine) -> None:
    asked, arguments = machine.last(2)
    known = _CALLS.get((asked.module, asked.name)) if isinstance(asked, Name) else None
    if known is None:
        raise ValueError(f"it asks to run {asked}, which no weights need")
    machine.stack.append(known(*arguments))


def _name(machine: _Machine, argument: str) -> None:
    machine.stack.append(Name(*argument.split(" ", 1)))


_PUSH = {"EMPTY_DICT": dict, "EMPTY_LIST": list, "EMPTY_TUPLE": tuple, "MARK": lambda: _MARK}
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_VALUES = {"BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "BINUNICODE", "SHORT_BINUNICODE",
           "BINUNICODE8", "BINSTRING", "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES"}  # fmt: skip
_SILENT = {"PROTO", "FRAME", "STOP"}
_STEPS: dict[str, Callable[[_Machine, object], object]] = {
    "BINPUT": lambda m, n: m.memo.update({n: m.stack[-1]}),
    "LONG_BINPUT": lambda m, n: m.memo.update({n: m.stack[-1]}),
    "MEMOIZE": lambda m, _: m.memo.update({len(m.memo): m.stack[-1]}),
    "BINGET": lambda m, n: m.stack.append(m.memo[n]),
    "LONG_BINGET": lambda m, n: m.stack.append(m.memo[n]),
    "TUPLE": lambda m, _: m.stack.append(tuple(m.since_mark())),
    "TUPLE1": lambda m, _: m.stack.append(tuple(m.last(1))),
    "TUPLE2": lambda m, _: m.stack.append(tuple(m.last(2))),
    "TUPLE3": lambda m, _: m.stack.append(tuple(m.last(3))),
    "APPEND": lambda m, _: (lambda item: m.stack[-1].append(*item))(m.last(1)),
    "APPENDS": lambda m, _: (lambda items: m.stack[-1].extend(items))(m.since_mark()),
    "SETITEM": lambda m, _: _update(m, m.last(2)),
    "SETITEMS": lambda m, _: _update(m, m.since_mark()),
    "GLOBAL": _name,
    "STACK_GLOBAL": lambda m, _: m.stack.append(Name(*m.last(2))),
    "REDUCE": lambda m, _: _call(m),
    "NEWOBJ": lambda m, _: _call(m),
    "BUILD": lambda m, _: m.last(1),  # attributes, such as a state dict's _metadata: nobody needs them
    "BINPERSID": lambda m, _: m.stack.append(_storage(*m.last(1)[0])),
}


def read(file: BinaryIO) -> object:
    """The one pickle at the file's position, which then stands behind it. Raises ValueError if it is none."""
    machine = _Machine()
    try:
        for opcode, argument, _ in pickletools.genops(file):
            _step(machine, opcode.name, argument)
        (value,) = machine.stack
    except (LookupError, TypeError, AttributeError, OverflowError, MemoryError) as error:
        raise ValueError(f"its pickle is damaged ({type(error).__name__})") from error
    return value


def _step(machine: _Machine, name: str, argument: object) -> None:
    if name in _VALUES:
        machine.stack.append(argument)
    elif name in _STEPS:
        _STEPS[name](machine, argument)
    elif name in _PUSH:
        machine.stack.append(_PUSH[name]())
    elif name in _CONSTANTS:
        machine.stack.append(_CONSTANTS[name])
    elif name not in _SILENT:
        raise ValueError(f"its pickle uses {name}, which no weights need")
