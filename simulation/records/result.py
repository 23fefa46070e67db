"""What came out of a run: its tables, its follow graph on any day, and why things happened."""

import copy
import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from simulation.errors import ParameterError, ResultError
from simulation.interventions import Intervention, read_interventions
from simulation.parameters import Parameters
from simulation.records.causes import cause_table
from simulation.records.explain import explain_tie
from simulation.records.final import final_tables
from simulation.records.graph_table import graph_from_tables, graph_tables
from simulation.records.past import follows_at
from simulation.records.provenance import sections_told
from simulation.records.recorder import Recorder
from simulation.records.schema import (
    CREATOR_DAYS,
    CREATORS,
    DAILY,
    EVENTS,
    FOLLOWS,
    GRAPH,
    GRAPH_NODES,
    POSTS,
    TABLES,
    TOPIC_DAYS,
    USERS,
    RunInfo,
    daily_layout,
)
from simulation.records.summary import headline_numbers, html_table, one_line
from simulation.records.tables import HeldTable, StoredTable, to_arrow, to_pandas
from simulation.social_graph import SocialGraph
from simulation.state import State

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd


class Result:
    """A run's records, read when asked for.

    Made by ``model.result()`` or :func:`~simulation.records.storage.load_result`. Tables are pandas DataFrames; each
    time one is asked for, a copy is handed out that shares its data until it is written to, so nothing done to it
    changes the result.
    """

    def __init__(
        self,
        info: RunInfo,
        provenance: dict[str, Any],
        tables: Mapping[str, StoredTable],
        *,
        parameters: Parameters | None = None,
        social_graph: SocialGraph | None = None,
    ) -> None:
        self.info = info
        self.tables = {name: tables[name] for name in TABLES if name in tables}
        self._provenance = provenance
        self._parameters = parameters
        self._social_graph = social_graph
        self._frames: dict[str, pd.DataFrame] = {}

    @classmethod
    def from_run(
        cls,
        recorder: Recorder,
        state: State,
        social_graph: SocialGraph,
        parameters: Parameters,
        provenance: Mapping[str, Any],
    ) -> Self:
        """The result of a run so far; the run may go on afterwards.

        Parameters
        ----------
        recorder, state, social_graph, parameters
            Of the run.
        provenance
            As :func:`~simulation.records.provenance.build` gives it; must be such that JSON can hold it.
        """
        recorded = recorder.snapshot(state)
        tables: dict[str, StoredTable] = {
            DAILY: HeldTable(lambda: to_arrow(daily_layout(recorded.own), recorded.daily)),
            CREATOR_DAYS: recorded.creator_days,
            TOPIC_DAYS: recorded.topic_days,
            **final_tables(state, social_graph, recorder.columns, recorder.strategies),
        }
        if recorded.events is not None:
            tables[EVENTS] = recorded.events
        if recorded.posts is not None:
            tables[POSTS] = recorded.posts
        edges, graph = graph_tables(social_graph)
        tables |= edges
        info = RunInfo(
            run_id=uuid.uuid4().hex,
            factor_names=recorded.factor_names,
            source_names=recorded.source_names,
            users=int(state.users.activity.size),
            creators=int(state.creators.user.size),
            days=recorded.days,
            tables=tuple(name for name in TABLES if name in tables),
            graph=graph,
            own=recorded.own,
            strategies=recorder.strategies,
            reasons=recorded.reasons,
        )
        # Through JSON and back, so that a result reads the same before and after it was saved.
        plain = json.loads(json.dumps(provenance))
        return cls(info, plain, tables, parameters=parameters, social_graph=social_graph)

    # Inputs -----------------------------------------------------------------------------------------------------

    @property
    def provenance(self) -> dict[str, Any]:
        """Every input as given, and what it ran on; a copy."""
        return copy.deepcopy(self._provenance)

    @property
    def parameters(self) -> Parameters:
        """Parameters of the run.

        Raises
        ------
        ResultError
            If the result was written by a version whose parameters this one does not know.
        """
        if self._parameters is None:
            try:
                kind = Parameters.with_sections(sections_told(self._provenance))
                self._parameters = kind().with_values(self._provenance["parameters"])
            except (ParameterError, KeyError) as error:
                raise ResultError(f"the result's parameters do not fit this version of the package: {error}") from error
        return self._parameters

    @property
    def interventions(self) -> tuple[Intervention, ...]:
        """What was changed in the middle of the run, by day.

        Raises
        ------
        ResultError
            If the result was written by a version whose levers this one does not know.
        """
        try:
            return read_interventions(self._provenance.get("interventions", []))
        except ParameterError as error:
            raise ResultError(f"the result's interventions do not fit this version of the package: {error}") from error

    @property
    def social_graph(self) -> SocialGraph:
        """Who knows whom."""
        if self._social_graph is None:
            self._social_graph = graph_from_tables(
                self.tables[GRAPH], self.tables[GRAPH_NODES], self.info.users, self.info.graph
            )
        return self._social_graph

    @property
    def days(self) -> int:
        """Days recorded."""
        return self.info.days

    @property
    def factor_names(self) -> tuple[str, ...]:
        """Names of the factors."""
        return self.info.factor_names

    @property
    def source_names(self) -> tuple[str, ...]:
        """Names of the feed sources by code."""
        return self.info.source_names

    @property
    def cause_names(self) -> tuple[str, ...]:
        """Names of the causes in the ledger: the factors, then those of ``simulation.ledger.STRUCTURAL_CAUSES``."""
        return self.info.cause_names

    # Tables -----------------------------------------------------------------------------------------------------

    @property
    def daily(self) -> "pd.DataFrame":
        """One row per day: its counts and mean moods, described at :data:`simulation.records.daily.COUNTS`."""
        return self._frame(DAILY)

    @property
    def creator_days(self) -> "pd.DataFrame":
        """One row per day and creator: followers at its end, gained, lost (also by cause), views, likes, shares,
        posted, quality.

        The columns by cause are ``gained_<cause>`` and ``lost_<cause>``. Bought followers are counted in all of them,
        as the platform does; ``bought`` says how many there are. The rest describes strategy, topic and mind: see
        :func:`simulation.records.schema.creator_days_layout`.
        """
        return self._frame(CREATOR_DAYS)

    @property
    def topic_days(self) -> "pd.DataFrame":
        """One row per day and topic: heat, posts on it, and the followers its creators have, gained and lost.

        A creator belongs to the main topic of the latest post. Bought followers are left out.
        """
        return self._frame(TOPIC_DAYS)

    @property
    def events(self) -> "pd.DataFrame":
        """One row per follow or unfollow, by day and user, follow-backs last: feed source, cause, terms of the appeal.

        appeal = reference + the sum of ``contribution_<factor>``, where reference is the appeal of a usual post.

        Raises
        ------
        ResultError
            If the run kept no event log.
        """
        self._log()
        return self._frame(EVENTS)

    @property
    def posts(self) -> "pd.DataFrame":
        """One row for each post since day 0: when, whose, how good, on what, and the views and likes it has collected.

        Described at :data:`simulation.records.schema.POSTS_LAYOUT`.

        Raises
        ------
        ResultError
            If the run did not record posts.
        """
        self._recorded(POSTS)
        return self._frame(POSTS)

    @property
    def users(self) -> "pd.DataFrame":
        """Users at the end; ``creator``: the own number as a creator, ``left``: the day of leaving; -1 for none."""
        return self._frame(USERS)

    @property
    def creators(self) -> "pd.DataFrame":
        """Creators at the end, with gained, lost, views, likes and shares since the start.

        ``topic`` is the main one of their own voice, ``effort`` the posting rate as a multiple of what comes naturally,
        ``status`` one of active, hiatus and quit.
        """
        return self._frame(CREATORS)

    @property
    def follows(self) -> "pd.DataFrame":
        """Follows at the end: user, creator, day of following (-1: before day 0), satisfaction."""
        return self._frame(FOLLOWS)

    def _frame(self, name: str) -> "pd.DataFrame":
        if name not in self._frames:
            self._frames[name] = to_pandas(self.tables[name].read(), self.info.layout(name))
        return self._frames[name].copy(deep=False)

    def _log(self) -> StoredTable:
        return self._recorded(EVENTS)

    def _recorded(self, name: str) -> StoredTable:
        if name not in self.tables:
            what, it = ("kept no event log", "one") if name == EVENTS else (f"recorded no {name}", "them")
            raise ResultError(f"this run {what}; run it with record='{name}' to have {it}")
        return self.tables[name]

    # The follow graph -------------------------------------------------------------------------------------------

    def follows_at(self, day: int | None = None) -> "pd.DataFrame":
        """Follows held at the end of a day: user, creator, day of following (-1: before day 0), by user and creator.

        Parameters
        ----------
        day
            -1 is the moment before day 0; None the end.

        Raises
        ------
        ParameterError
            If there is no such day.
        ResultError
            If an earlier day is asked of a run that kept no event log.
        """
        import pandas as pd

        last = self.days - 1
        if day is None:
            day = last
        day = _within("day", day, -1, last)
        if day == last:
            held: pd.DataFrame = self.tables[FOLLOWS].read(["user", "creator", "day"]).to_pandas()
            return held.sort_values(["user", "creator"], ignore_index=True)
        user, creator, began = follows_at(day, self.tables[FOLLOWS], self._log(), self.info.creators)
        columns = {"user": user, "creator": creator, "day": began}
        return pd.DataFrame({name: column.astype(np.int32) for name, column in columns.items()})

    def follow_graph(self, day: int | None = None) -> "nx.DiGraph[int]":
        """Who follows whom at the end of a day, as a graph over users.

        An edge runs from a follower to the user whom the followed creator is, with attributes ``creator`` (number)
        and ``day`` (of following). Nodes have ``creator`` where they are one, and ``label`` where the social graph
        has labels. Parameters and errors as for :meth:`follows_at`.
        """
        import networkx as nx

        held = self.follows_at(day)
        owner = self.tables[CREATORS].read(["user"])["user"].to_numpy()
        graph: nx.DiGraph[int] = nx.DiGraph()
        graph.add_nodes_from(range(self.info.users))
        for creator, user in enumerate(owner.tolist()):
            graph.nodes[user]["creator"] = creator
        if "label" in self.info.graph["encodings"]:
            for user, label in enumerate(self.tables[USERS].read(["label"])["label"].to_pylist()):
                graph.nodes[user]["label"] = label
        rows = zip(held["user"].tolist(), held["creator"].tolist(), held["day"].tolist(), strict=True)
        owners = owner.tolist()
        graph.add_edges_from(
            (user, owners[creator], {"creator": creator, "day": began}) for user, creator, began in rows
        )
        return graph

    # Why --------------------------------------------------------------------------------------------------------

    def explain(self, user: int, creator: int) -> str:
        """Why a user followed or left a creator, each time it happened, in words.

        Parameters
        ----------
        user
            0..N-1.
        creator
            0..M-1, the number as a creator, not as a user.

        Raises
        ------
        ParameterError
            If there is no such user or creator.
        ResultError
            If the run kept no event log.
        """
        user = _within("user", user, 0, self.info.users - 1)
        creator = _within("creator", creator, 0, self.info.creators - 1)
        owner = int(self.tables[CREATORS].read(["user"])["user"][creator].as_py())
        return explain_tie(user, creator, owner, self.days, self._log(), self.tables[FOLLOWS])

    def causes(self, creator: int | None = None) -> "pd.DataFrame":
        """Why followers came and went, for one creator or all (None).

        One row per cause, the last the total, with columns gained, lost, net; share_gained and share_lost (of all
        gained and lost); contribution_to_follows and contribution_to_unfollows: for a factor, its mean contribution to
        the appeal of the posts at which users followed and unfollowed (in the last row their sum: how far those posts
        surpassed a usual one). Shares and means with a zero denominator are NaN. A run without an event log has no
        contributions.

        Raises
        ------
        ParameterError
            If there is no such creator.
        """
        if creator is not None:
            creator = _within("creator", creator, 0, self.info.creators - 1)
        table: pd.DataFrame = cause_table(self.info, self.tables[CREATOR_DAYS], self.tables.get(EVENTS), creator)
        return table

    def ledger(self, creator: int) -> "pd.DataFrame":
        """A creator's books: one row per day, indexed by day, with followers, gained, lost, net, and both by cause.

        Raises
        ------
        ParameterError
            If there is no such creator.
        """
        creator = _within("creator", creator, 0, self.info.creators - 1)
        causes = self.cause_names
        columns = ["day", "followers", "gained", "lost"]
        columns += [f"{word}_{cause}" for word in ("gained", "lost") for cause in causes]
        rows: pd.DataFrame = self.tables[CREATOR_DAYS].read(columns, [("creator", "==", creator)]).to_pandas()
        rows.insert(4, "net", rows["gained"] - rows["lost"])
        return rows.set_index("day")

    # At a glance ------------------------------------------------------------------------------------------------

    def summary(self) -> dict[str, int | float]:
        """Headline numbers: sizes, totals, who is followed most, rates (NaN where undefined), moods at the end.

        ``most_followers`` counts bought followers, as the platform does; ``follow_edges`` does not.
        ``unfollows_per_tie_day`` is over the follows held as each day began, and leaves out ties that ended because
        the user left the platform: nobody decided against the creator.
        """
        return headline_numbers(self.info, self.daily, self.tables[CREATORS])

    def __repr__(self) -> str:
        """The run in one line."""
        return one_line(self.summary(), self._provenance)

    def _repr_html_(self) -> str:
        """The headline numbers as a table, for notebooks."""
        return html_table(self.summary(), self._provenance)

    # Files ------------------------------------------------------------------------------------------------------

    def save(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write the result to a folder, whole or not at all. See :func:`simulation.records.storage.save_result`."""
        from simulation.records.storage import save_result

        return save_result(self, path, overwrite=overwrite)

    def __getstate__(self) -> dict[str, Any]:
        """What a pickle keeps: everything but the DataFrames, which can be made again."""
        return {**self.__dict__, "_frames": {}}


def _within(name: str, value: Any, low: int, high: int) -> int:
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or not low <= value <= high:
        allowed = f"a whole number from {low} to {high}"
        raise ParameterError(f"{name} = {value!r} must be {allowed}", parameter=name, value=value, allowed=allowed)
    return int(value)
