"""The command line: arguments in, one document out, printed as lines or as one JSON document."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from quintet import commands, settings
from quintet.errors import QuintetError, UsageError


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command. Returns 0, 1 after an error (one line on stderr), 2 for a wrong call."""
    # OpenMP's threads would spin while they wait; on a busy machine that made an answer of 0.4 s take 10 s.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    arguments = parser().parse_args(argv)
    try:
        done = arguments.run(arguments, settings.load())
    except QuintetError as error:
        print(f"quintet: {error}", file=sys.stderr)
        if arguments.json:
            print(json.dumps({"error": str(error)}))
        return 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        print(
            "quintet: stopped. What was finished is kept; the same command goes on from there.",
            file=sys.stderr,
        )
        return 130
    if arguments.json:
        print(json.dumps(done.document, indent=1, ensure_ascii=False))
    else:
        print("\n".join(done.lines))
    for error in done.errors:
        print(f"quintet: {error}", file=sys.stderr)
    return 1 if done.errors else 0


def parser() -> argparse.ArgumentParser:
    """Every command with its arguments."""
    top = argparse.ArgumentParser(prog="quintet", description="Compare music-audio backbones.")
    found = top.add_subparsers(required=True, metavar="COMMAND")
    for name, (run, says, extend) in _COMMANDS.items():
        command = found.add_parser(name, help=says, description=says)
        command.add_argument("--json", action="store_true", help="print one JSON document")
        command.set_defaults(run=run)
        extend(command)
    return top


def _nothing(command: argparse.ArgumentParser) -> None:
    """A command without arguments of its own."""


def _encode(command: argparse.ArgumentParser) -> None:
    command.add_argument("clip", type=Path)
    command.add_argument("--backbone", required=True, metavar="NAME[:VARIANT]")
    command.add_argument("--weights", type=Path, nargs="+", default=[], metavar="FILE")
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
    command.add_argument("--from", nargs="+", default=[], dest="source", metavar="FILE_OR_URL", help=says)
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
    command.add_argument("--backbone", nargs="+", default=[], metavar="NAME[:VARIANT]", help=says)


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
