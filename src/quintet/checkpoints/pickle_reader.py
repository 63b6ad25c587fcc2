"""A pickle read as data: its opcodes are walked, and nothing it asks for is ever called.

Only what a PyTorch checkpoint is made of is understood: numbers, texts, lists, dictionaries, and a tensor as
the place where its storage lies. Source: pickletools; torch.serialization and torch._utils of PyTorch 2.14.
"""

import pickletools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

MOST_STEPS = 2_000_000  # opcodes: a net of 10,000 tensors needs some 400,000
LONGEST = 1 << 20  # bytes of one argument; no name, number or option of a net has more
MOST_BYTES = 64 << 20  # of one pickle
Key = str | int


class AsksToRun(ValueError):
    """The pickle names something that would have to be run; `name` is what."""

    def __init__(self, name: str) -> None:
        super().__init__(f"it asks to run {name}, which no weights need")
        self.name = name


@dataclass(frozen=True)
class Name:
    """Something importable that the pickle names; it is never imported."""

    module: str
    name: str

    def __str__(self) -> str:
        text = f"{self.module}.{self.name}"
        text = text if text.isprintable() else repr(text)
        return text if len(text) <= 80 else f"{text[:80]}…"


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
    if kind != "storage" or not isinstance(name, Name) or not isinstance(key, str):
        raise ValueError("a storage has no key or no type")
    if any(part is not None for part in view):
        raise ValueError(f"the storage {key[:80]!r} is a view into another")
    if not isinstance(count, int) or not 0 <= count < 1 << 48:
        raise ValueError("a storage has no size")
    return Storage(name.name, key, count)


def _tensor(storage: Storage, offset: int, shape: tuple, strides: tuple, *_: object) -> Tensor:
    """One tensor, all of which lies within its storage."""
    if not isinstance(storage, Storage):
        raise ValueError("a tensor has no storage")
    if not (isinstance(shape, tuple) and isinstance(strides, tuple) and len(shape) == len(strides) <= 64):
        raise ValueError("a tensor's shape is none")
    if not all(isinstance(n, int) and 0 <= n < 1 << 48 for n in (offset, *shape, *strides)):
        raise ValueError("a tensor's shape is none")
    last = offset + sum((n - 1) * step for n, step in zip(shape, strides, strict=True))
    if 0 not in shape and last >= storage.count:
        raise ValueError(f"a tensor of shape {shape} reaches past its {storage.count:,} numbers")
    return Tensor(storage, offset, tuple(shape), tuple(strides))


def _key(value: object) -> Key:
    """A dictionary's key. Any other would be hashed, which can take for ever or end the process."""
    if isinstance(value, Name):
        raise AsksToRun(str(value))
    if type(value) not in (str, int, bool):
        raise ValueError(
            f"a dictionary in it has a {type(value).__name__} as key; only texts and numbers are read"
        )
    return value  # type: ignore[return-value]


def _dictionary(*pairs: object) -> dict:
    """An OrderedDict, empty or of a list of pairs."""
    if not pairs:
        return {}
    (items,) = pairs
    if isinstance(items, dict):
        return dict(items)
    if not isinstance(items, list | tuple) or not all(
        isinstance(i, list | tuple) and len(i) == 2 for i in items
    ):
        raise ValueError("a dictionary in it is made of no pairs")
    return {_key(key): value for key, value in items}


def _set(*items: object) -> list:
    """A set as the list of its members, which torch would hash."""
    members = items[0] if items else []
    if not isinstance(members, list | tuple):
        raise ValueError("a set in it is made of no list")
    for member in members:
        _key(member)
    return list(members)


_OPAQUE = None  # stands for what is no tensor and leads to none
_CALLS: dict[tuple[str, str], Callable] = {
    ("collections", "OrderedDict"): _dictionary,
    ("collections", "Counter"): _dictionary,
    ("jukebox.hparams", "Hyperparams"): _dictionary,  # the authors' own dictionary of sizes
    ("argparse", "Namespace"): lambda *_: _OPAQUE,  # the options of a training run
    ("builtins", "set"): _set,
    ("__builtin__", "set"): _set,
    ("_codecs", "encode"): lambda *_: _OPAQUE,
    ("torch", "Size"): lambda *_: _OPAQUE,
    ("torch", "device"): lambda *_: _OPAQUE,
    ("torch._utils", "_rebuild_tensor"): _tensor,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_parameter"): lambda tensor, *_: tensor,
    ("torch.nn.parameter", "Parameter"): lambda tensor, *_: tensor,
}


@dataclass
class _Machine:
    """The stack, where marks stand on it, and the memo of one pickle."""

    stack: list = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    memo: dict[int, object] = field(default_factory=dict)
    storages: dict[str, Storage] = field(default_factory=dict)

    def mark(self) -> None:
        self.marks.append(len(self.stack))

    def since_mark(self) -> list:
        return self.last(len(self.stack) - self.marks.pop())

    def last(self, count: int) -> list:
        floor = self.marks[-1] if self.marks else 0
        if count < 0 or len(self.stack) - count < floor:
            raise ValueError("its stack is empty")
        items = self.stack[len(self.stack) - count :]
        del self.stack[len(self.stack) - count :]
        return items

    def top(self, kind: type) -> Any:
        if not self.stack or type(self.stack[-1]) is not kind:
            raise ValueError(f"it fills something that is no {kind.__name__}")
        return self.stack[-1]


def _update(machine: _Machine, items: list) -> None:
    if machine.stack and machine.stack[-1] is _OPAQUE:
        return
    found = machine.top(dict)
    for key, value in zip(items[::2], items[1::2], strict=True):
        found[_key(key)] = value


def _call(machine: _Machine) -> None:
    asked, arguments = machine.last(2)
    if not isinstance(asked, Name):
        raise ValueError("it asks to run what is no name")
    known = _CALLS.get((asked.module, asked.name))
    if known is None:
        raise AsksToRun(str(asked))
    if not isinstance(arguments, tuple):
        raise ValueError(f"it asks to run {asked} with no arguments")
    machine.stack.append(known(*arguments))


def _name(machine: _Machine, module: object, name: object) -> None:
    if not isinstance(module, str) or not isinstance(name, str):
        raise ValueError("a name in it is no text")
    machine.stack.append(Name(module, name))


def _persistent(machine: _Machine) -> None:
    """A storage, which may be named again with the same size and type."""
    (parts,) = machine.last(1)
    if not isinstance(parts, tuple):
        raise ValueError("a storage has no key or no type")
    storage = _storage(*parts)
    if machine.storages.setdefault(storage.key, storage) != storage:
        raise ValueError(f"the storage {storage.key[:80]!r} has two sizes")
    machine.stack.append(storage)


def _build(machine: _Machine) -> None:
    """Attributes, such as a state dict's _metadata: nobody needs them."""
    machine.last(1)
    if not machine.stack:
        raise ValueError("its stack is empty")


_PUSH = {"EMPTY_DICT": dict, "EMPTY_LIST": list, "EMPTY_TUPLE": tuple, "EMPTY_SET": list}
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_VALUES = {"BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "BINUNICODE", "SHORT_BINUNICODE",
           "BINUNICODE8", "BINSTRING", "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES"}  # fmt: skip
_SILENT = {"FRAME", "STOP"}
LONGEST_LINE = 4096  # bytes of a module's or a thing's name
# Opcodes of protocol 0 whose argument is a line of text: torch has never written them.
_LINES = {"INT", "LONG", "FLOAT", "STRING", "UNICODE", "PERSID", "INST", "GET", "PUT"}
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
    "MARK": lambda m, _: m.mark(),
    "APPEND": lambda m, _: (lambda item: m.top(list).append(*item))(m.last(1)),
    "APPENDS": lambda m, _: (lambda items: m.top(list).extend(items))(m.since_mark()),
    "ADDITEMS": lambda m, _: (lambda items: m.top(list).extend(map(_key, items)))(m.since_mark()),
    "SETITEM": lambda m, _: _update(m, m.last(2)),
    "SETITEMS": lambda m, _: _update(m, m.since_mark()),
    "GLOBAL": lambda m, names: _name(m, *names),
    "STACK_GLOBAL": lambda m, _: _name(m, *m.last(2)),
    "REDUCE": lambda m, _: _call(m),
    "NEWOBJ": lambda m, _: _call(m),
    "BUILD": lambda m, _: _build(m),
    "BINPERSID": lambda m, _: _persistent(m),
}


class _Bounded:
    """What pickletools reads a pickle from: never more at once than any net needs, nor in all."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = MOST_BYTES

    def read(self, size: int) -> bytes:
        if not 0 <= size <= min(LONGEST, self._left):
            raise ValueError(f"it states a piece of {size:,} bytes; at most {LONGEST:,} are read")
        self._left -= size
        return self._file.read(size)

    def readline(self) -> bytes:
        line = self._file.readline(LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise ValueError("a line in it is too long or cut short")
        return line


def steps(file: BinaryIO) -> Iterator[tuple[str, object]]:
    """(opcode's name, argument) of the one pickle at the file's position, which then stands behind it.

    Nothing is built of it. Raises ValueError for one that is damaged, or longer than any net needs.
    """
    bounded = _Bounded(file)
    for _ in range(MOST_STEPS):
        code = bounded.read(1)
        opcode = pickletools.code2op.get(code.decode("latin-1"))
        if opcode is None or opcode.name in _LINES:
            raise ValueError(
                f"its pickle uses {opcode.name if opcode else repr(code)}, which no weights need"
            )
        if opcode.name == "GLOBAL":
            yield "GLOBAL", tuple(bounded.readline()[:-1].decode("utf-8") for _ in range(2))
        else:
            yield opcode.name, opcode.arg.reader(bounded) if opcode.arg else None
        if opcode.name == "STOP":
            return
    raise ValueError(f"its pickle has more than {MOST_STEPS:,} steps")


def read(file: BinaryIO) -> tuple[object, dict[str, Storage]]:
    """What the pickle at the file's position holds, and every storage it names, by key.

    Raises ValueError if it is none, as `steps` does.
    """
    machine = _Machine()
    try:
        for name, argument in steps(file):
            _step(machine, name, argument)
        (value,) = machine.stack
    except (LookupError, TypeError, AttributeError, OverflowError, MemoryError) as error:
        raise ValueError(f"its pickle is damaged ({type(error).__name__})") from error
    return value, machine.storages


def _step(machine: _Machine, name: str, argument: object) -> None:
    if name in _VALUES:
        machine.stack.append(argument)
    elif name in _STEPS:
        _STEPS[name](machine, argument)
    elif name in _PUSH:
        machine.stack.append(_PUSH[name]())
    elif name in _CONSTANTS:
        machine.stack.append(_CONSTANTS[name])
    elif name == "PROTO":
        if not isinstance(argument, int) or not 2 <= argument <= 5:
            raise ValueError(f"its pickle is of protocol {argument}; 2 to 5 are read")
    elif name not in _SILENT:
        raise ValueError(f"its pickle uses {name}, which no weights need")
