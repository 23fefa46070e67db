"""Command ``demo``: a first look that needs nothing said."""

import time
from pathlib import Path

import typer

DAYS = 180
FOLDER = Path("follower-dynamics-demo")


def demo() -> None:
    """Quick demo: simulate 180 days, print a summary, and save figures in ./follower-dynamics-demo.

    Takes no arguments, and less than a minute even when the loops have to be compiled first.

    \b
    Example:
      follower-dynamics demo
    """
    from simulation.cli import account
    from simulation.cli.run import live
    from simulation.cli.show import draw
    from simulation.model import FollowerModel

    began = time.perf_counter()
    typer.echo(f"{DAYS} days of a short-video platform: users watch, like, follow and unfollow creators.")
    model = FollowerModel(seed=1)
    live(model, DAYS)
    result = model.result()
    typer.echo(f"\n{account.account(result)}")
    tie = account.a_tie_with_a_story(result)
    if tie is not None:
        typer.echo(f"\nWhy one user followed and left again\n{account.folded(result.explain(*tie))}")
    stored = result.save(FOLDER / "result", overwrite=True)
    drawn = draw(result, FOLDER)
    creator = int(result.summary()["most_followed_creator"])
    typer.echo(
        f"\nfigures: {', '.join(str(path) for path in drawn)}\nresult:  {stored}\n"
        f"That took {time.perf_counter() - began:.0f} seconds. Go on with\n"
        f"  follower-dynamics show {stored} --creator {creator}\n"
        "  follower-dynamics run --preset chronological --out out/chronological\n"
        "  follower-dynamics parameters"
    )
