"""A dataset nobody has: what a reader must have, and nothing else."""

from quintet.datasets.base import DatasetLocation, Facts, Protocol, ReadReport, ReadResult, Track

FACTS = Facts(
    title="One more", noun="sounds", label="kind", classes=("low", "high"), about="Two tones.",
    licence="CC0", source="a sine", protocols=(Protocol("halves", "two folds, tones shared out", folds=2),),
)  # fmt: skip


def read(place: DatasetLocation, notes: ReadReport) -> ReadResult:
    """Every .wav of the folder; its class is the first word of its name."""
    files = sorted(place.root.glob("*.wav"))
    made = (Track(p.stem, p, p.stem, "", (p.stem.split("-")[0],), seconds=1.0) for p in files)
    return ReadResult(FACTS, made)
