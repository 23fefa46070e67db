"""In an environment that has only the wheel, a copied experiment with a changed arm runs and reports."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
SMALL = ("--quick", "--users", "40", "--days", "5", "--replicates", "2", "--samples", "2", "--workers", "1")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment with the wheel; what it depends on is taken from this one."""
    pytest.importorskip("hatchling", reason="needs hatchling, which builds the wheel")
    base = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(base / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    venv.create(base / "env", with_pip=False, symlinks=os.name == "posix")
    made = base / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    ask = [made, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip())
    (wheel,) = (base / "dist").glob("*.whl")
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(site), str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return made


def call(python: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command in a folder that has nothing to do with the repository."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    env["NUMBA_DISABLE_JIT"] = "1"  # tiny worlds are sooner simulated than loops are compiled
    return subprocess.run([python, *arguments], cwd=folder, env=env, check=False, capture_output=True, text=True)


def test_a_copied_claim_with_a_changed_arm_runs_and_reports(python: Path, tmp_path: Path) -> None:
    listed = call(python, tmp_path, "-m", "simulation", "experiment", "--list")
    assert listed.returncode == 0 and listed.stdout.count("Claim") == 13, listed.stderr
    copied = call(python, tmp_path, "-m", "simulation", "experiment", "--copy", "consistency", "--out", "mine.py")
    assert copied.returncode == 0, copied.stderr
    mine = tmp_path / "mine.py"
    text = mine.read_text().replace('{"creators.regularity_mean": 0.9}', '{"creators.regularity_mean": beside.MEAN}')
    assert text != mine.read_text()
    text = text.replace("\nfrom simulation", "\nimport beside\nfrom simulation", 1)
    (tmp_path / "beside.py").write_text("MEAN = 0.8\n")
    mine.write_text(text)
    ran = call(python, tmp_path, "mine.py", *SMALL)
    assert ran.returncode == 0, ran.stderr
    out = tmp_path / "out" / "mine"
    assert (out / "experiment.py").read_text() == text
    packed = call(python, tmp_path, "-m", "simulation", "archive", "out/mine", "mine.zip")
    assert packed.returncode == 0, packed.stderr
    (tmp_path / "beside.py").unlink()
    with zipfile.ZipFile(tmp_path / "mine.zip") as archive:
        archive.extractall(tmp_path / "away")
        assert "follower-dynamics experiment mine/experiment.py" in archive.read("README.md").decode()
        assert archive.read("mine/experiment.py").decode() == text
    again = ("-m", "simulation", "experiment", "mine/experiment.py", *SMALL, "--out", "again")
    repeated = call(python, tmp_path / "away", *again)
    assert repeated.returncode == 0, repeated.stderr
    assert "`creators.regularity_mean = 0.8`" in (out / "summary.md").read_text()
    assert (out / "figures" / "dose.png").stat().st_size > 1000
    runs = pd.read_parquet(out / "runs.parquet")
    assert runs[runs["arm"] == "all regular"]["creators.regularity_mean"].unique().tolist() == [0.8]
