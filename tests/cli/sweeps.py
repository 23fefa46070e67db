"""A small sweep for tests of the command: eight runs of forty users."""

from pathlib import Path

SWEEP = """\
[sweep]
days = 4
samples = 2
replicates = 2
outcomes = ["views", "follower_gini", "likes_per_view"]

[sweep.uncertainties]
"feed.prior" = { low = 0.1, high = 10.0, scale = "log" }

[sweep.levers]
"feed.popularity_bias" = [0.0, 1.0]

[population]
users = 40
creators = 8

[decision]
follow_threshold = 0.6
"""
NOTHING_TO_WATCH = """
[feed.mix]
following = 0
friends = 0
interest = 0
random = 0
staged = 0
"""
"""Below this only the popular are left to watch; with their share at 0 too, a run fails."""
FAILING = SWEEP.replace('"feed.popularity_bias" = [0.0, 1.0]', '"feed.mix.popular" = [0.0, 0.5]') + NOTHING_TO_WATCH
"""Four runs of eight fail."""


def write(text: str = SWEEP, name: str = "small.toml") -> Path:
    """A file in the working directory."""
    path = Path(name)
    path.write_text(text)
    return path


def tree(folder: str | Path = ".") -> dict[str, bytes]:
    """Every file below a folder, with its content."""
    found = sorted(path for path in Path(folder).rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}
