"""A sweep and its folder: run there what it lacks; find there again what it was, how far it is and what came out."""

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Unpack, cast

from simulation.analysis.wording import counted, listed
from simulation.errors import ConfigError, FollowerDynamicsError, OutcomeError, ParameterError, ResultError
from simulation.graph_files import read_graph
from simulation.parameters import unknown
from simulation.records.provenance import names_told, remember
from simulation.scenario_file import LISTS, NAMED
from simulation.social_graph import SocialGraph
from simulation.study.compare.worlds import Worlds
from simulation.study.design.choices import CHOICES, chosen
from simulation.study.design.outcomes import Outcomes, checked_outcomes, named_outcomes, references_of
from simulation.study.design.sweep import Sweep
from simulation.study.design.sweep_file import read_sweep, write_sweep
from simulation.study.folder.files import own_card, read_card
from simulation.study.folder.store import DECLARATION, RESULTS, RUNS, STUDY, TABLE, Made, Store, open_store, why
from simulation.study.run.evaluation import evaluation_name, run_key
from simulation.study.run.runner import Doing, Study, run_study
from simulation.study.run.watch import say_above
from simulation.versions import history_version

Graph = SocialGraph | None
_SIZES = ("population.users", "population.creators")
_HEAD = "# What was run into this folder, written anew by each run of the sweep: to change something, edit a copy.\n\n"


def run_sweep(
    sweep: Sweep,
    folder: str | Path,
    *,
    social_graph: SocialGraph | None = None,
    graph_file: Path | None = None,
    keep: bool = False,
    **options: Unpack[Doing],
) -> Study:
    """Run what a sweep still lacks in a folder, and leave ``runs.parquet`` there, with one row per run.

    An outcome that is undefined (zero denominator) is NaN there. Before anything is run, ``sweep.toml`` says in the
    folder what the sweep is. A sweep that was changed (other values of levers, more samples, replicates, outcomes) goes
    on in its folder: only what is new is simulated. More samples of a Latin hypercube are drawn between those that are
    there, which ``sweep.toml`` then says (``samples = [64, 128]``). Outcomes that were measured later stay.

    Parameters
    ----------
    sweep
        What to run.
    folder
        Of the sweep, made where it is missing.
    social_graph
        Shared by all runs; its nodes are the users. None generates one for each run.
    graph_file
        Where it was read from, for ``sweep.toml``; the graph itself is not kept.
    keep
        Whether the result of each run is kept in the folder ``results``, so that other outcomes can be measured without
        simulating again; see :meth:`SweepFolder.measure`. On a cluster all workers must share the folder.
    **options
        ``workers``, ``executor``, ``slots``, ``progress``, ``fresh``, ``retry`` and ``say``, as :func:`run_study` takes
        them.

    Raises
    ------
    ParameterError
        If there is a social graph, and the sweep sets another number of users.
    FollowerDynamicsError
        As :func:`run_study` raises it.

    Examples
    --------
    >>> study = run_sweep(sweep, "out/sharpness")  # doctest: +SKIP
    >>> study.store.table().groupby("feed.popularity_bias")["follower_gini"].mean()  # doctest: +SKIP
    """
    folder = Path(folder)
    card = {} if options.get("fresh") else read_card(folder, STUDY) or {}
    sweep = _gone_on(sweep, folder, card)
    if card and (left := left_out(sweep, folder)):
        found_now(sweep, folder, social_graph, retry=options.get("retry", False))  # refuses what is refused below
        (options.get("say") or say_above)(left)
    return _run(sweep, folder, card.get("measured", {}), social_graph, graph_file, keep, options)


def _run(
    sweep: Sweep, folder: Path, measured: Mapping[str, str], graph: Graph, file: Path | None, keep: bool, options: Doing
) -> Study:
    graph = graph if graph is not None else cast("Graph", sweep.base.social_graph)
    check_users(sweep, graph)
    evaluate = _evaluated(sweep, folder, keep=keep)
    study = run_study(
        sweep.design,
        evaluate,
        folder,
        social_graph=graph,
        declaration=_HEAD + write_sweep(sweep, file),
        about={**_sample(sweep), "measured": dict(measured), "models": list(_models(sweep))},
        usable=partial(evaluate.has_result, social_graph=graph),
        **options,
    )
    study.store.write_table()
    return study


def _gone_on(sweep: Sweep, folder: Path, card: Mapping[str, Any]) -> Sweep:
    """A sweep with the sample that was drawn in its folder, and the outcomes that were measured there later."""
    wanted, ranges = _sample(sweep), list(card.get("uncertainties", {}))
    stages = wanted.pop("samples")
    same = all(card.get(name) == value for name, value in wanted.items()) and ranges == list(wanted["uncertainties"])
    grows = same and ranges and sweep.sampling == "latin_hypercube" and len(stages) == 1
    if grows and any((folder / RUNS).glob("*.parquet")):
        sweep = sweep.with_options(samples=[*(count for count in card["samples"] if count < stages[0]), *stages])
    later = {name: text for name, text in card.get("measured", {}).items() if name not in sweep.outcomes}
    try:
        return sweep.with_options(outcomes={**sweep.measures, **named_outcomes(later, folder)}) if later else sweep
    except ConfigError as error:
        raise ResultError(
            f"{folder}: {', '.join(later)} that was measured there later cannot be measured in new runs: {error}; or "
            "give it among the outcomes of the sweep, or start over (fresh=True)",
            path=folder,
        ) from None


def left_out(sweep: Sweep, folder: Path) -> str:
    """Which finished runs of the sweep in a folder are no part of this one, in words; empty where all are."""
    try:
        return open_sweep(folder).left_out_by(sweep)
    except (ConfigError, ResultError):  # no sweep that can be read
        return ""


def _sample(sweep: Sweep) -> dict[str, Any]:
    """What the sample of a sweep was drawn from, in plain values."""
    return {
        "uncertainties": {known.name: [known.low, known.high, known.scale] for known in sweep.uncertainties},
        "sampling": sweep.sampling,
        "samples": list(sweep.stages),
        "seed": sweep.seed,
    }


def _models(sweep: Sweep) -> Iterator[dict[str, Any]]:
    """What is one's own in the scenario of a sweep, and in those with what its levers put in its place, as described.

    With its source text, so that the sweep can be described where the files are gone.
    """
    levers = ((lever, value) for lever in NAMED for value in sweep.choices.get(lever, {}).values())
    for scenario in (sweep.base, *(chosen(sweep.base, lever, value) for lever, value in levers)):
        told = scenario.description()
        yield {name: told[name] for name in (*NAMED, "creators")}


def _extent(sweep: Sweep) -> dict[str, object]:
    """How many runs a sweep has, and which values its levers take; of those that have names the names."""
    levers = {name: list(sweep.choices.get(name, values)) for name, values in sweep.levers.items()}
    return {"samples": [*sweep.stages], "replicates": sweep.replicates, "worlds": sweep.worlds, **levers}


def _evaluated(sweep: Sweep, folder: Path, *, keep: bool) -> Worlds:
    """What a sweep evaluates; results that an earlier call left are measured, also where no new ones are kept."""
    results = folder.resolve() / RESULTS
    return replace(sweep.worlds_measured(), results=results if keep or results.is_dir() else None)


def check_users(sweep: Sweep, social_graph: SocialGraph | None) -> None:
    """Refuse what cannot be simulated for the number of its users, or for want of a plug-in, before anything was run.

    Raises
    ------
    ParameterError
        If what is varied belongs to a plug-in that the sweep has not.
        If there is a social graph, whose nodes are the users, and the sweep varies the number of users or sets it to
        another one (which would be ignored); or if a point has more creators than users.
    """
    known = sweep.base.parameters.known()
    if (lacking := sorted(sweep.varied - set(known) - set(CHOICES))) and not set(LISTS) & set(sweep.choices):
        raise unknown(lacking[0], known)
    values = {**dict(sweep.base.values), **sweep.constants}
    base = sweep.base.replace(social_graph=social_graph, interventions=())
    sizes = ({name: point[name] for name in _SIZES if name in point} for point in sweep.design.points)
    for size in {tuple(given.items()): given for given in sizes}.values():
        population = base.replace(values={**values, **size}).parameters.population
        if population.creators > population.users:
            raise ParameterError(
                f"the sweep has population.creators = {population.creators} and {population.users} users: creators are "
                "users, so there cannot be more of them"
            )


class SweepFolder(Store):
    """A sweep as its folder has it: its runs, also while it is run, and also on another version of the code."""

    sweep: Sweep
    graph_file: Path | None
    """Of its social graph; None where graphs are generated."""
    models: list[dict[str, Any]]
    """What is one's own in its scenario, and in those of its levers, as described; none in old folders."""

    @property
    def same_code(self) -> bool:
        """Whether its runs were made by the code that is here: only then it can be gone on with."""
        return self.made.code == history_version()

    def measure(
        self, outcomes: Outcomes | Sequence[str], *, social_graph: SocialGraph | None = None, **options: Unpack[Doing]
    ) -> Study:
        """Measure more outcomes on the results that were kept, without simulating anything.

        Where one fails in a run that is finished, all stays as it was.

        Parameters
        ----------
        outcomes
            By name, functions of a result; those of the sweep are measured again, and may be replaced.
        social_graph
            Where the sweep has one that no file holds.
        **options
            Such as ``workers`` and ``progress``, as :func:`run_sweep` takes them.

        Raises
        ------
        ResultError
            If a run left no result.
        OutcomeError
            If an outcome fails in a finished run: says which, how, and in which run.
        ConfigError
            If an outcome of the sweep cannot be found by its name, and is not given again.

        Examples
        --------
        >>> open_sweep("out/sharpness").measure({"views": lambda result: result.daily["views"].sum()})  # doctest: +SKIP
        """
        outcomes = checked_outcomes(outcomes)
        declared = self.loaded(without=outcomes)
        declared = declared.with_options(outcomes={**declared.measures, **outcomes})
        graph = social_graph or self.social_graph()
        evaluate = _evaluated(declared, self.folder, keep=True)
        lacking = sum(not evaluate.has_result(run, graph) for run in declared.design.runs())
        if lacking:
            raise ResultError(
                f"{self.folder}: {lacking:,} of {len(self.design):,} runs left no result to measure: give the outcome "
                "to the sweep and run that again (retry=True), which simulates them, and keeps results (keep=True)",
                path=self.folder,
            )
        usable = partial(evaluate.has_result, social_graph=graph)
        design = declared.design
        tried = run_study(design, evaluate, self.folder, social_graph=graph, usable=usable, trial=True, **options)
        self._check(tried)
        card = read_card(self.folder, STUDY) or {}
        more = references_of({name: outcomes[name] for name in outcomes if name not in self.sweep.outcomes})
        measured = {**card.get("measured", {}), **more}
        study = _run(declared, self.folder, measured, graph, self.graph_file, True, {**options, "progress": False})
        return replace(study, new=tried.new, reused=tried.reused)

    def _check(self, tried: Study) -> None:
        """Refuse outcomes that fail in a finished run, and remove what came of them."""
        keys = [(now, key, run) for (now, run), (key, _) in zip(tried.store.runs(), self.runs(), strict=True)]
        lost = [(now, key, run) for now, key, run in keys if self._failure(now).exists() and self._path(key).exists()]
        if not lost:
            return
        now, key, run = lost[0]
        at = ", ".join(f"{name} = {value}" for name, value in run.values.items())
        error = OutcomeError(
            f"{self.folder}: {why(self._failure(now))}, in {len(lost):,} of {len(keys):,} runs, first at point "
            f"{run.point} ({at}), population {run.replicate.population}, world {run.replicate.world} (key {key[:12]}): "
            "nothing was measured, and all is as it was"
        )
        error.add_note("\n".join(json.loads(self._failure(now).read_text())["traceback"]))
        for path in [of(now) for now, key, _ in keys if now != key for of in (self._path, self._failure)]:
            path.unlink(missing_ok=True)
        raise error

    def left_out_by(self, sweep: Sweep) -> str:
        """Which finished runs are no part of another sweep in this folder, in words; empty where all are."""
        design = sweep.design
        if all(getattr(self.design, name) == getattr(design, name) for name in ("points", "replicates", "shared")):
            return ""
        now = {run_key(run, *self.made) for run in design.runs()}
        count = sum(1 for key, _ in self.runs() if key not in now and self._path(key).exists())
        if not count:
            return ""
        had = [f"{name} = {of}" for name, of in _extent(self.sweep).items() if _extent(sweep).get(name) != of]
        return (
            f"{counted(count, 'finished run')} of {self.folder} will be missing in {TABLE}: the sweep there had "
            f"{listed(had) if had else 'other points'}; their files stay in {RUNS}, and that sweep finds them again"
        )

    def stale(self) -> str | None:
        """What its next run would measure or simulate again, as outcomes have changed, in words; empty where nothing.

        Its own functions are loaded for that; None where they are not found.
        """
        try:
            sweep = self.loaded()
            evaluate = _evaluated(sweep, self.folder, keep=False)
            store = Store(self.folder, sweep.design, self.made._replace(evaluation=evaluation_name(evaluate)))
            graph = None if evaluate.results is None else self.social_graph()
            return store.related(partial(evaluate.has_result, social_graph=graph), retry=True)
        except FollowerDynamicsError:
            return None

    def loaded(self, without: Container[str] = ()) -> Sweep:
        """The sweep with all that is not the package's own, found by its references.

        Parameters
        ----------
        without
            Names of outcomes that need not be found.

        Raises
        ------
        ConfigError
            If something cannot be found.
        """
        try:
            return read_sweep(self.folder / DECLARATION, without=without)[0]
        except ConfigError as error:
            raise ConfigError(f"{error}; or go on in Python, by the same call of run_sweep with retry=True") from None

    def social_graph(self) -> SocialGraph | None:
        """The social graph, read from its file.

        Raises
        ------
        ResultError
            If it was given in Python and no file holds it.
        GraphError
            If it cannot be read.
        """
        if self.made.graph is None:
            return None
        if self.graph_file is None:
            raise ResultError(
                f"{self.folder}: its social graph was given in Python and is not kept here: go on there, by the same "
                "call of run_sweep with retry=True"
            )
        return read_graph(self.graph_file)


def open_sweep(folder: str | Path) -> SweepFolder:
    """Read what a sweep left in its folder; nothing there is touched, so it may be running meanwhile.

    Raises
    ------
    ResultError
        If there is no sweep, or none that a file can describe.
    ConfigError
        If its declaration is damaged.

    Examples
    --------
    >>> open_sweep("out/sharpness").table()  # doctest: +SKIP
    """
    folder = Path(folder)
    card = read_card(folder, STUDY)
    if card is None:
        what = (
            f"it has no {STUDY}.json" if folder.is_dir() else "it is a file" if folder.exists() else "it does not exist"
        )
        raise ResultError(f"{folder} is no sweep: {what}; `follower-dynamics sweep run FILE --out DIR` makes one")
    if not (folder / DECLARATION).exists():
        raise ResultError(f"{folder} has no {DECLARATION}: its sweep was stopped before it began; run it again")
    remember(names_told(card["models"]) if "models" in card else card.get("brought", {}))
    try:
        sweep, graph_file = read_sweep(folder / DECLARATION, load=False)
    except ConfigError as error:
        raise ConfigError(
            f"{error} (the runs in {folder} are untouched: `follower-dynamics sweep run FILE --out {folder}`, with the "
            "FILE that it was started from, writes this file anew)"
        ) from None
    try:
        store = open_store(folder, sweep.design)
    except ResultError as error:
        raise ResultError(
            f"{folder / DECLARATION} does not describe the runs that are there: it was changed, or means another thing "
            f"to this version of the code ({error})"
        ) from None
    found = SweepFolder(folder, store.design, store.made, store.outcomes)
    found.sweep, found.graph_file, found.models = sweep, graph_file, card.get("models", [])
    return found


def found_now(
    sweep: Sweep, folder: Path, social_graph: SocialGraph | None, *, fresh: bool = False, retry: bool = False
) -> tuple[Sweep, Store | None]:
    """What :func:`run_sweep` would run in a folder, and the runs it would find there; None where it finds no study.

    Nothing is touched.

    Raises
    ------
    ResultError
        If it would refuse the folder.
    """
    card = own_card(folder, STUDY) if folder.is_dir() else None
    if card is None or fresh:
        return sweep, None
    sweep = _gone_on(sweep, folder, card)
    evaluate = _evaluated(sweep, folder, keep=False)
    store = Store(folder, sweep.design, Made.now(evaluate, social_graph))
    store.related(partial(evaluate.has_result, social_graph=social_graph), retry=retry)
    return sweep, store
