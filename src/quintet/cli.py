"""The command line: arguments in, one document out, printed as lines or as one JSON document."""

import argparse
import errno
import io
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, TextIO

from quintet import commands, logs, settings
from quintet.errors import QuintetError, UsageError

PIPE_CLOSED = 141  # as a shell counts a program that a closed pipe ended: 128 and SIGPIPE


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command. Returns 0, 1 after an error (one line on stderr), 2 for a wrong call.

    Whatever happens is one sentence: an error that is not ours is named, and its traceback kept in a log.
    """
    # OpenMP's threads would spin while they wait; on a busy machine that made an answer of 0.4 s take 10 s.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    words = list(sys.argv[1:] if argv is None else argv)
    _escape_what_cannot_be_encoded()
    try:
        status, out, err = _outcome(words)
        for line in err:
            print(f"quintet: {line}", file=sys.stderr)
        if out is not None:
            print(out)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough
        _silence(sys.stdout)
        return PIPE_CLOSED
    except OSError as error:
        _silence(sys.stdout)
        print(f"quintet: The answer could not be printed: {_reason(error)}", file=sys.stderr)
        return 1
    return status


def _outcome(words: list[str]) -> tuple[int, str | None, list[str]]:
    """Exit status, what to print, and lines for stderr."""
    as_json = "--json" in words
    try:
        arguments = parser().parse_args(words)
        done = arguments.run(arguments, settings.load())
    except _WrongCall as error:
        sys.stderr.write(error.usage)
        return _refused(2, str(error), as_json)
    except QuintetError as error:
        return _refused(2 if isinstance(error, UsageError) else 1, str(error), as_json)
    except KeyboardInterrupt:
        text = "stopped. What was finished is kept; the same command goes on from there."
        return 130, None, [text]
    except BrokenPipeError:
        raise
    except Exception as error:
        if os.environ.get("QUINTET_DEBUG"):
            raise
        return _refused(1, _sentence(error, words), as_json)
    if as_json:
        # a lone surrogate, of a file name that is no UTF-8, is escaped by the stream as JSON writes it, too
        utf8 = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") == "utf8"
        out = json.dumps(done.document, indent=1, ensure_ascii=not utf8)
    else:
        out = "\n".join(done.lines)
    return (1 if done.errors else 0), out, done.errors


def _refused(status: int, text: str, as_json: bool) -> tuple[int, str | None, list[str]]:
    return status, json.dumps({"error": text}) if as_json else None, [text]


def _sentence(error: Exception, words: list[str]) -> str:
    """What happened, for an error that none of ours describes."""
    doing = f"quintet {words[0]}" if words else "quintet"
    if isinstance(error, MemoryError):
        return (
            f"Memory ran out in {doing}. What was finished is kept. Close other programs, then run it again."
        )
    if isinstance(error, OSError) and error.errno is not None:
        return f"{doing} was stopped by the system: {_reason(error)}"
    try:
        folder = settings.load().data
    except QuintetError:
        folder = settings.Settings().data
    log = logs.record(error, " ".join([doing, *words[1:]]), folder)
    what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    kept = f"Its traceback is in {log}." if log else "QUINTET_DEBUG=1 shows its traceback."
    return f"{doing} met an error that it does not know ({what}). What was finished is kept. {kept}"


def _reason(error: OSError) -> str:
    """What the system says, of which file, and what to do."""
    named = f" ({str(error.filename)[:200]!r})" if error.filename else ""
    advice = _ADVICE.get(error.errno or 0, "Check the disk and the permissions, then run this again.")
    return f"{error.strerror or error}{named}. {advice}"


_ADVICE = {
    errno.ENOSPC: "Make room, then run this again; what was finished is kept.",
    errno.EDQUOT: "Make room, then run this again; what was finished is kept.",
    errno.EROFS: "Name another folder: QUINTET_CACHE, QUINTET_DATA or QUINTET_WEIGHTS.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
    errno.EMFILE: "Close other programs, or raise the limit of open files (ulimit -n).",
}


def _escape_what_cannot_be_encoded() -> None:
    """A name that is no UTF-8, or a letter the terminal does not have, is printed escaped, never refused."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _silence(stream: TextIO) -> None:
    """What is still to be written goes nowhere, so that the interpreter's last flush does not fail again."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


class _WrongCall(UsageError):
    """A call that does not parse, with the usage to show before it."""

    def __init__(self, message: str, usage: str) -> None:
        super().__init__(message)
        self.usage = usage


class _Parser(argparse.ArgumentParser):
    """Flags given again add up where they take several values; two different single values are refused."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in (None, "store"):
            self.register("action", name, _StoreOnce)
        self.register("action", "extend", _Extend)

    def error(self, message: str) -> NoReturn:
        raise _WrongCall(f"{message[:1].upper()}{message[1:]}. See {self.prog} --help", self.format_usage())


class _StoreOnce(argparse._StoreAction):
    def __call__(self, parser, namespace, values, option_string=None) -> None:
        given = namespace.__dict__.setdefault("_given", {})
        if self.option_strings and given.get(self.dest, values) != values:
            raise argparse.ArgumentError(self, f"is given twice: {given[self.dest]} and {values}")
        given[self.dest] = values
        setattr(namespace, self.dest, values)


class _Extend(argparse.Action):
    def __call__(self, parser, namespace, values, option_string=None) -> None:
        setattr(namespace, self.dest, list(dict.fromkeys([*getattr(namespace, self.dest), *values])))


def parser() -> argparse.ArgumentParser:
    """Every command with its arguments."""
    top = _Parser(prog="quintet", description="Compare music-audio backbones.")
    commands_of = top.add_subparsers(required=True, metavar="COMMAND")
    for name, (run, description, extend) in _COMMANDS.items():
        command = commands_of.add_parser(name, help=description, description=description)
        command.add_argument("--json", action="store_true", help="print one JSON document")
        command.set_defaults(run=run)
        extend(command)
    return top


def _nothing(command: argparse.ArgumentParser) -> None:
    """A command without arguments of its own."""


def _encode(command: argparse.ArgumentParser) -> None:
    command.add_argument("clip", type=Path)
    command.add_argument("--backbone", required=True, metavar="NAME[:VARIANT]")
    command.add_argument("--weights", type=Path, action="extend", nargs="+", default=[], metavar="FILE")
    command.add_argument("--out", type=Path, required=True)


def _hear(command: argparse.ArgumentParser) -> None:
    command.add_argument("clip", type=Path)
    command.add_argument("--backbone", required=True, metavar="NAME[:VARIANT]")
    says = "keep it under this name of its content, 32 hex digits (default: from the file)"
    command.add_argument("--digest", default="", metavar="D", help=says)
    command.add_argument("--job", action="store_true", help=argparse.SUPPRESS)  # started by the queue


def _classify(command: argparse.ArgumentParser) -> None:
    command.add_argument("clips", type=Path, nargs="+", metavar="CLIP_OR_FOLDER")
    says = "whose classes to answer in: NAME, or A+B for those both have (default: the first)"
    command.add_argument("--dataset", default="", help=says)
    command.add_argument("--jobs", type=int, default=1, metavar="N", help="files heard at once (default: 1)")
    _backbones(command)


def _weights(command: argparse.ArgumentParser) -> None:
    command.add_argument("get", nargs="?", choices=["get"], help="fetch one backbone's weights")
    command.add_argument("name", nargs="?", default="", metavar="NAME[:VARIANT]")
    says = "take these files, or fetch from this address, instead of the source"
    command.add_argument(
        "--from", action="extend", nargs="+", default=[], dest="source", metavar="FILE_OR_URL", help=says
    )
    command.add_argument("--accept-licence", action="store_true", help="say yes to the licence beforehand")
    command.add_argument("--free", action="store_true", help="all that anyone may use; never fails")
    command.add_argument("--retry", action="store_true", help="with --free: try again what failed today")


def _datasets(command: argparse.ArgumentParser) -> None:
    command.add_argument("add", nargs="?", choices=["add"], help="add a dataset, or read it again")
    command.add_argument("name", nargs="?", default="", metavar="NAME")
    command.add_argument("--root", type=Path, metavar="DIR", help="the folder it lies in")
    says = "who reads it, where NAME does not say so"
    command.add_argument("--reader", default="", help=says)
    command.add_argument("--artists", type=Path, metavar="FILE", help="CSV with the columns clip, artist")
    command.add_argument("--verify", action="store_true", help="compare files with the dataset's checksums")


def _dataset(command: argparse.ArgumentParser) -> None:
    command.add_argument("dataset")
    _backbones(command)


def _map(command: argparse.ArgumentParser) -> None:
    _dataset(command)
    command.add_argument("--method", choices=["umap", "pca", "tsne", "densmap"], help="(default: umap)")
    says = "neighbours UMAP and densMAP look at, the track itself among them (default: 15)"
    command.add_argument("--neighbors", type=int, metavar="N", help=says)
    says = "how near points may lie in UMAP and densMAP, 0 to 1 (default: 0.1)"
    command.add_argument("--min-dist", type=float, metavar="D", help=says)
    says = "about how many neighbours t-SNE looks at (default: 30)"
    command.add_argument("--perplexity", type=float, metavar="P", help=says)
    command.add_argument("--seed", type=int, metavar="S", help="the same seed, the same map (default: 42)")
    says = "how the backbones' maps are brought together (default: procrustes, turned to the reference's)"
    command.add_argument("--align", choices=["none", "procrustes", "aligned"], help=says)
    says = "the backbone the others are aligned to (default: the first trained one)"
    command.add_argument("--reference", metavar="NAME[:VARIANT]", help=says)


def _serve(command: argparse.ArgumentParser) -> None:
    command.add_argument("--address", default="", help="0.0.0.0 lets other machines in (default: only this)")
    command.add_argument("--port", type=int, default=0)


def _benchmark(command: argparse.ArgumentParser) -> None:
    command.add_argument("dataset", nargs="?", default="")
    _backbones(command)
    command.add_argument("--protocol", default="", help="(default: the dataset's first)")
    probes = ["logistic", "linear", "mlp", "knn", "xgboost"]
    command.add_argument("--probe", default="logistic", choices=probes, help="(default: logistic)")
    says = "setups a linear or mlp probe is chosen from (default: reduced, 24 of 216)"
    command.add_argument("--grid", default="", choices=["full", "reduced", "marble"], help=says)
    says = "components the xgboost probe looks at (default: 50)"
    command.add_argument("--pca", type=int, choices=[50, 60], default=0, help=says)
    command.add_argument("--seed", type=int, default=0, metavar="S", help="of folds, training, draws")
    says = "an exclusion list: its clips are neither trained on nor tested"
    command.add_argument("--without", default="", metavar="NAME_OR_FILE.csv", help=says)
    says = "anyone's embeddings instead of a dataset: arrays X, y, split, and if you like group, ids"
    command.add_argument("--arrays", default="", metavar="FILE.npz", help=says)
    command.add_argument("--out", default="", metavar="RUN.npz", help="with --arrays: keep the answers here")


def _runs(command: argparse.ArgumentParser) -> None:
    _dataset(command)
    command.add_argument("--protocol", default="", help="(default: the dataset's first)")
    command.add_argument("--probe", default="logistic", help="(default: logistic)")


def _robust(command: argparse.ArgumentParser) -> None:
    _runs(command)
    says = "so many test clips, drawn once; more of them go on from fewer (default: all)"
    command.add_argument("--clips", type=int, default=0, metavar="N", help=says)


def _compare(command: argparse.ArgumentParser) -> None:
    says = "DATASET/PROTOCOL/PROBE/BACKBONE[/sN], the path of a stored run, or a file of benchmark --out"
    command.add_argument("runs", nargs=2, metavar="RUN", help=says)


def _audit(command: argparse.ArgumentParser) -> None:
    command.add_argument("dataset")
    says = "listen to every clip as well, for silence, clipping and length; goes on where it stopped"
    command.add_argument("--sound", action="store_true", help=says)


def _backbones(command: argparse.ArgumentParser) -> None:
    says = "only these (default: all that are installed)"
    command.add_argument(
        "--backbone", action="extend", nargs="+", default=[], metavar="NAME[:VARIANT]", help=says
    )


_COMMANDS = {  # name -> what runs, what it is for, its arguments
    "datasets": (commands.datasets, "list the datasets of this machine, or add one", _datasets),
    "weights": (commands.weights, "list the weights each backbone needs, or get them", _weights),
    "doctor": (commands.doctor, "say what is installed, found and missing, and what mends it", _nothing),
    "encode": (commands.encode, "one clip through one backbone, into an .npz file", _encode),
    "hear": (commands.hear, "hear one clip once; the answer is kept by content", _hear),
    "classify": (commands.classify, "clips or folders through every backbone", _classify),
    "embed": (commands.embed, "fill the store; goes on where it stopped", _dataset),
    "map": (commands.map_, "draw the maps, one per backbone", _map),
    "benchmark": (commands.benchmark, "score every backbone under the dataset's protocol", _benchmark),
    "fewshot": (commands.fewshot, "score probes trained on 1, 2, 5, … clips of each class", _runs),
    "compare": (commands.compare, "tell two runs apart, on the clips both answered", _compare),
    "ensemble": (commands.ensemble, "let several backbones answer as one, over their stored runs", _runs),
    "layers": (commands.layers, "score the same probe after each layer of a net", _runs),
    "robust": (commands.robust, "score test clips with noise, as mp3, in a room, …", _robust),
    "agreement": (commands.agreement, "measure how alike backbones arrange the same tracks", _dataset),
    "audit": (commands.audit, "find repeats, leaks, bad sound and doubtful labels", _audit),
    "prepare": (
        commands.prepare,
        "embed, draw the maps, train the probes, score, measure agreement",
        _dataset,
    ),
    "serve": (commands.serve, "open the dashboard on http://localhost:8501", _serve),
    "ship": (commands.ship, "write the embeddings that come with the checkout", _dataset),
}


if __name__ == "__main__":
    sys.exit(main())
