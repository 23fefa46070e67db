"""The model that a document is about: what was asked for, as a description and in what it differs from the default."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from simulation.analysis.wording import counted, listed
from simulation.declare import Declaration
from simulation.errors import ConfigError, ResultError
from simulation.factors import FACTORS
from simulation.odd.brought import Brought, brought_to
from simulation.odd.wording import value
from simulation.parameters import KNOWN, read_toml
from simulation.platform.feed import SOURCES
from simulation.presets import PRESETS

if TYPE_CHECKING:
    from simulation.records import Result
    from simulation.scenario import Scenario
    from simulation.social_graph import SocialGraph
    from simulation.study.design.sweep import Sweep
    from simulation.study.folder.sweep_folder import SweepFolder


class Varied(NamedTuple):
    """What a sweep varies."""

    name: str
    kind: str
    values: str


@dataclass(frozen=True)
class Subject:
    """A model."""

    what: str = ""
    """Where it was described, in words; empty for the default model."""
    told: Mapping[str, Any] = field(default_factory=dict)
    """Its description, see :meth:`simulation.scenario.Scenario.description`."""
    remarks: Sequence[str] = ()
    varied: Sequence[Varied] = ()
    others: Sequence[Mapping[str, Any]] = ()
    """Descriptions of what a sweep puts in its place."""

    @property
    def set_values(self) -> dict[str, Any]:
        """Parameters of the default model that have another value, by dotted name."""
        given = self.told.get("parameters", {})
        return {name: given[name] for name, one in KNOWN.items() if name in given and given[name] != one.default}

    @property
    def changes(self) -> list[tuple[Declaration, Any, str]]:
        """The same with their declarations, and whether the preset says so."""
        preset = PRESETS[self.preset].values if self.preset in PRESETS else {}
        return [
            (KNOWN[name], given, "preset" if name in preset and preset[name] == given else "")
            for name, given in self.set_values.items()
        ]

    @property
    def preset(self) -> str | None:
        """What its parameters started from."""
        return self.told.get("preset")

    @cached_property
    def brought(self) -> list[Brought]:
        """What is its own, each thing once."""
        every = [one for told in (self.told, *self.others) if told for one in brought_to(told)]
        return list({(one.kind, one.name, one.source): one for one in every}.values())

    @property
    def left_out(self) -> list[str]:
        """Factors and feed sources of the default model that it does without."""
        ours: dict[str, Sequence[Any]] = {"factors": FACTORS, "sources": SOURCES}
        there = {name: [item["name"] for item in self.told.get(name, ()) if item["own"]] for name in ours}
        return [
            f"{name[:-1]} `{one.name}`" for name, known in ours.items() for one in known if one.name not in there[name]
        ]

    def here(self, name: str) -> str:
        """After the default of a parameter: its value in this model, if that is another one."""
        return f" (here **{value(self.set_values[name])}**)" if name in self.set_values else ""

    def own(self, *kinds: str) -> str:
        """A paragraph that names what is its own of some kinds; empty where nothing is."""
        named = [f"{one.kind} {one.link}" for one in self.brought if one.kind in kinds]
        return f"\n\n*Of this model's own:* {listed(named)}." if named else ""


DEFAULT_MODEL = Subject()


def subject_of(given: "str | Path | Scenario | None") -> Subject:
    """The model that is asked for, see :func:`simulation.odd.odd_document`."""
    if given is None:
        return DEFAULT_MODEL
    if not isinstance(given, str | Path):
        return _of_scenario(given, "a scenario made in Python")
    path = Path(given)
    if path.is_dir():
        return _of_folder(path)
    if not path.exists():
        raise ConfigError(f"{path} does not exist: give a TOML file, or the folder of a result or sweep", path=path)
    if "sweep" in read_toml(path):
        from simulation.study.design.sweep_file import read_sweep

        sweep, graph_file = read_sweep(path)
        return _of_sweep(sweep, _graph(graph_file), f"the sweep in {path.name}")
    from simulation.scenario import Scenario

    return _of_scenario(Scenario.from_toml(path), f"the scenario in {path.name}")


def _graph(file: Path | None) -> "SocialGraph | None":
    from simulation.graph_files import read_graph

    return None if file is None else read_graph(file)


def _of_folder(folder: Path) -> Subject:
    from simulation.records import load_result
    from simulation.records.schema import TABLES
    from simulation.study.folder.files import read_card
    from simulation.study.folder.store import STUDY

    if any((folder / f"{name}.parquet").exists() for name in TABLES):
        return _of_result(load_result(folder), folder)
    if read_card(folder, STUDY) is None:
        raise ResultError(
            f"{folder} holds neither a result (`follower-dynamics run FILE --out DIR`) nor a sweep (`follower-dynamics "
            "sweep run FILE --out DIR`)",
            path=folder,
        )
    return _of_sweep_folder(folder)


def _of_scenario(scenario: "Scenario", what: str) -> Subject:
    graph = None if scenario.social_graph is None else scenario.graph()
    days = () if scenario.days is None else (f"It is simulated for {counted(scenario.days, 'day')}.",)
    return Subject(what, scenario.description(graph), days)


def _of_result(result: "Result", folder: Path) -> Subject:
    from simulation.records.provenance import package_version
    from simulation.scenario_file import changed_by_hand
    from simulation.versions import history_version

    told = result.provenance
    then = f"version {told['package_version']} of the package"
    remarks = [f"It was simulated for {counted(result.days, 'day')} by {then}."]
    if told.get("history_version") != history_version():
        remarks.append(
            f"**Its rules were others:** it was run by {then}, and rules and text below are those of version "
            f"{package_version()}, which gives another history. Have that version write the document instead."
        )
    if days := told.get("changed_by_hand"):
        remarks.append(f"**It is not all of it described here:** {changed_by_hand(days)}.")
    return Subject(f"the stored result {folder.resolve().name}", told, remarks)


def _of_sweep_folder(folder: Path) -> Subject:
    from simulation.study.folder.sweep_folder import open_sweep

    found = open_sweep(folder)
    sweep = found.sweep if found.models else _loaded(found)
    lost = found.made.graph is not None and found.graph_file is None
    remarks = ["Its social graph was given in Python, and is not kept."] if lost else []
    if not found.same_code:
        remarks.append("**Its rules were others:** it was run by another version of the package than this document.")
    graph = None if lost else found.social_graph()
    return _of_sweep(sweep, graph, f"the sweep in the folder {folder.resolve().name}", remarks, found.models)


def _loaded(found: "SweepFolder") -> "Sweep":
    """A sweep that an older version ran, which kept no source text."""
    try:
        return found.loaded(without=found.sweep.outcomes)
    except ConfigError as error:
        raise ConfigError(
            f"{error}. The version that ran this sweep kept no source text of what is one's own: put the files back, "
            f"or give a result of it (kept by --keep in {found.folder / 'results'})",
            path=error.path,
        ) from None


def _of_sweep(
    sweep: "Sweep",
    graph: "SocialGraph | None",
    what: str,
    remarks: Sequence[str] = (),
    models: Sequence[Mapping[str, Any]] = (),
) -> Subject:
    """A sweep; what is its own is as ``models`` describe it, where these are given, and is not looked for."""
    from simulation.interventions import as_data

    values = {**dict(sweep.base.values), **sweep.constants}
    plan = sweep.design.interventions
    base = sweep.base.replace(
        values={name: of for name, of in values.items() if name in KNOWN or not models},
        interventions=() if models else plan,
        days=sweep.days,
        seed=sweep.seed,
        luck=None,
        **({} if graph is None else {"social_graph": graph}),
    )
    told = base.description(graph or (None if base.social_graph is None else base.graph()))
    if models:
        told = {**told, **models[0], "parameters": told["parameters"] | values, "interventions": as_data(plan)}
    others = [{**told, **one} for one in models[1:]] if models else list(_alternatives(sweep, base))
    design = (
        f"It is the base of {counted(len(sweep.design), 'run')} of {counted(sweep.days, 'day')}: "
        f"{counted(len(sweep.design.points), 'design point')}, each in {counted(sweep.replicates, 'population')} and "
        f"{counted(sweep.worlds, 'world')} of each"
        + (f"; points by {sweep.sampling.replace('_', ' ')}." if sweep.uncertainties else ".")
    )
    measured = f"Measured: {listed(f'`{name}`' for name in sweep.outcomes)}."
    return Subject(what, told, (design, measured, *remarks), list(_varied(sweep)), others)


def _varied(sweep: "Sweep") -> Iterator[Varied]:
    from simulation.interventions import read_interventions

    for one in sweep.uncertainties:
        scale = "" if one.scale == "linear" else f", {one.scale} scale"
        yield Varied(one.name, "uncertainty", f"{value(one.low)} to {value(one.high)}{scale}")
    for name in sweep.lever_names:
        given = sweep.choices.get(name)
        if name == "interventions" and given is not None:
            plans = {word: [f"day {one}" for one in read_interventions(of)] for word, of in given.items()}
            told = [f"{word}: {'; '.join(plan) or 'none'}" for word, plan in plans.items()]
        else:
            told = [value(one) for one in (sweep.levers[name] if given is None else given)]
        yield Varied(name, "lever", "; ".join(told) if name == "interventions" else ", ".join(told))


def _alternatives(sweep: "Sweep", base: "Scenario") -> Iterator[Mapping[str, Any]]:
    from simulation.scenario_file import NAMED
    from simulation.study.design.choices import chosen

    for lever, values in sweep.choices.items():
        if lever in NAMED:
            yield from (chosen(base, lever, one).description() for one in values.values())
