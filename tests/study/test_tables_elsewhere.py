"""The table of a study opens in pandas, DuckDB and polars, and says the same in each."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

from simulation.study import Design, full_grid, run_study, spawn_replicates
from tests.study.evaluations import measure

BIAS = "feed.popularity_bias"
HIDDEN = "feed.hide_like_counts"
DESIGN = Design(
    "elsewhere", tuple(full_grid({BIAS: [0, 0.5, 2], HIDDEN: [False, True]})), spawn_replicates(11, 3, 2), 7
)


@pytest.fixture
def runs(tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """The table as pandas reads it; ``runs.parquet`` lies in the working directory."""
    monkeypatch.chdir(tmp_path)
    study = run_study(DESIGN, measure, tmp_path / "study", workers=1, progress=False)
    study.store.write_table(Path("runs.parquet"), Path("creators.parquet"))
    return pd.read_parquet("runs.parquet")


def test_every_value_is_the_same_everywhere(runs: pd.DataFrame) -> None:
    """Seeds too, which need all 64 bits and no sign."""
    rows = runs.to_dict("records")
    assert len(rows) == len(DESIGN) == 36
    assert max(row["seed"] for row in rows) > 2**63
    assert pl.read_parquet("runs.parquet").to_dicts() == rows
    found = duckdb.sql("SELECT * FROM 'runs.parquet'")
    assert [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()] == rows


def test_grouped_in_pandas_duckdb_and_polars(runs: pd.DataFrame) -> None:
    by_pandas = runs.groupby([BIAS, HIDDEN])["score"].agg(["count", "mean", "max"]).reset_index()
    by_duckdb = duckdb.sql(
        f"""SELECT "{BIAS}", "{HIDDEN}", count(*) AS count, avg(score) AS mean, max(score) AS max
        FROM 'runs.parquet' GROUP BY ALL ORDER BY ALL"""
    ).df()
    by_polars = (
        pl.scan_parquet("runs.parquet")
        .group_by(BIAS, HIDDEN)
        .agg(pl.len().alias("count"), pl.col("score").mean().alias("mean"), pl.col("score").max().alias("max"))
        .sort(BIAS, HIDDEN)
        .collect()
    )
    assert len(by_pandas) == len(DESIGN.points)
    for name in (BIAS, HIDDEN, "count", "max"):
        assert by_duckdb[name].tolist() == by_polars[name].to_list() == by_pandas[name].tolist()
    # Sums may be taken in another order.
    assert by_duckdb["mean"].to_numpy() == pytest.approx(by_pandas["mean"].to_numpy(), rel=1e-14)
    assert by_polars["mean"].to_numpy() == pytest.approx(by_pandas["mean"].to_numpy(), rel=1e-14)


def test_runs_and_details_are_joined_by_point_and_replicate(runs: pd.DataFrame) -> None:
    on = ["point", "population", "world"]
    creators = pd.read_parquet("creators.parquet")
    by_pandas = runs.merge(creators, on=on).groupby(["point", "high"])["followers"].sum().tolist()
    by_duckdb = duckdb.sql(
        f"""SELECT point, high, sum(followers)::BIGINT FROM 'runs.parquet' JOIN 'creators.parquet'
        USING ({", ".join(on)}) GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    by_polars = (
        pl.read_parquet("runs.parquet")
        .join(pl.read_parquet("creators.parquet"), on=on)
        .group_by("point", "high")
        .agg(pl.col("followers").sum())
        .sort("point")
    )
    assert [total for *_, total in by_duckdb] == by_polars["followers"].to_list() == by_pandas
    assert sum(by_pandas) == creators["followers"].sum() > 0
