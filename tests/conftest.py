"""The tiers of the tests: fast unless something here, or a mark of its own, says that a test is slow.

``pytest -m "not slow"`` is the fast tier. A file, a folder or one test of a file is slow where it starts processes or
a browser, runs whole studies, experiments or notebooks, or is a statistical test; so are tests marked ``validation``.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator, Iterator
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parent
SLOW = (
    "analysis/test_expectation.py::test_a_mean_on_the_bound_passes_as_often_as_the_error_rate_says",
    "analysis/test_expectation.py::test_the_chance_to_fail_is_how_often_a_test_fails",
    "analysis/test_pairing.py::test_intervals_cover_as_often_as_they_promise",
    "analysis/test_pairing.py::test_the_relative_interval_of_worlds_that_share_nothing_covers_too",
    "app/test_browser.py",
    "app/test_command.py",
    "app/test_page.py::test_every_control_follows_to_every_preset",
    "app/test_page.py::test_every_preset_can_be_shown",
    "bits/test_machines.py",
    "cli/test_demo_and_check.py::test_demo_tells_and_draws",
    "cli/test_odd_of_ones_own.py::test_a_sweep",
    "cli/test_odd_of_ones_own.py::test_it_needs_no_repository",
    "cli/test_processes.py",
    "cli/test_rerun.py::test_whatever_the_model_was_given",
    "cli/test_resume.py::test_going_on_gives_what_the_whole_run_gives",
    "cli/test_resume.py::test_killed_in_the_middle",
    "cli/test_show.py::test_a_run_in_which_nothing_happened",
    "cli/test_show.py::test_figures_lie_beside_the_result_and_not_in_it",
    "cli/test_show.py::test_one_creator",
    "cli/test_sweep_bad_input.py::test_ended_in_the_middle_the_same_command_goes_on",
    "cli/test_sweep_looked_at.py::test_against_what_is_said",
    "cli/test_sweep_looked_at.py::test_sampled_uncertainties_and_levers",
    "cli/test_sweep_looked_at.py::test_two_levers_make_a_map",
    "contracts/test_plugged_in.py::test_a_feed_source_of_ones_own_works_in_both_engines_alike",
    "contracts/test_plugged_in.py::test_a_factor_more_works_in_both_engines_alike",
    "engines/test_interpreted.py",
    "engines/test_odd_worlds.py::test_a_world_that_lacks_something_has_one_history",
    "engines/test_one_history.py::test_any_configuration_has_one_history",
    "engines/test_one_history.py::test_every_preset_has_one_history",
    "engines/test_one_history.py::test_rows_that_outgrow_their_room_have_one_history",
    "engines/test_one_history.py::test_wide_creator_ids_have_the_same_history",
    "experiments",
    "records/test_checkpoint_writing.py::test_killed_at_any_step",
    "records/test_recorder.py::test_memory_stays_below_the_limit_and_the_folder_vanishes_with_its_last_user",
    "special_cases",
    "study/test_calibration.py::test_a_calibration_goes_on_where_it_was_stopped",
    "study/test_calibration.py::test_one_seed_gives_one_posterior_whoever_does_the_work",
    "study/test_calibration.py::test_the_posterior_of_a_linear_gaussian_toy_is_the_known_one",
    "study/test_calibration.py::test_the_predictive_check_agrees_where_the_simulator_is_right",
    "study/test_calibration.py::test_what_nothing_observed_depends_on_stays_as_it_was",
    "study/test_cluster.py",
    "study/test_counterfactual.py::test_a_failure_tells_the_world_its_seeds_and_its_parameters",
    "study/test_counterfactual.py::test_a_worker_that_is_killed_is_reported",
    "study/test_counterfactual.py::test_lambdas_and_functions_of_a_notebook_work_everywhere_alike",
    "study/test_counterfactual.py::test_processes_give_the_numbers_this_process_gives",
    "study/test_executors.py",
    "study/test_indices.py::test_intervals_over_replicates_hold_what_common_luck_moves",
    "study/test_runner.py::test_a_killed_worker_costs_its_run_one_retry_and_nothing_else",
    "study/test_runner.py::test_a_run_that_always_kills_its_worker_fails_alone",
    "study/test_runner.py::test_a_worker_killed_from_outside_costs_what_it_was_doing",
    "study/test_runner.py::test_ctrl_c_keeps_what_is_finished_and_ends_the_workers_quietly",
    "study/test_runner.py::test_failures_are_kept_and_the_others_go_on",
    "study/test_runner.py::test_killed_parent_leaves_no_worker_and_its_study_goes_on",
    "study/test_runner.py::test_processes_give_the_numbers_this_process_gives",
    "study/test_runner.py::test_workers_stay_alive_from_run_to_run",
    "study/test_runner.py::test_workers_that_never_finish_anything_are_reported",
    "study/test_sensitivity.py::test_sobol_indices_of_a_sweep",
    "study/test_sweep_folder.py::test_functions_of_a_notebook_and_lambdas_run_in_processes",
    "study/test_sweep_folder.py::test_processes_give_the_numbers_this_process_gives",
    "test_archive_code.py::test_a_run_is_repeated_elsewhere",
    "test_archive_code.py::test_a_sweep_is_repeated_elsewhere",
    "test_animation.py::test_the_same_run_gives_the_same_film",
    "test_batch_run.py::test_many_large_runs_never_hold_more_than_a_few_models",
    "test_batch_run.py::test_many_small_runs_are_freed_by_the_garbage_collector",
    "test_batch_run.py::test_one_failing_run_takes_all_others_with_it",
    "test_batch_run.py::test_rows_of_agents",
    "test_batch_run.py::test_the_refusal_comes_back_from_another_process",
    "test_batch_run.py::test_two_processes_give_the_same_rows",
    "test_benchmark_arithmetic.py",
    "test_benchmark_minds.py",
    "test_benchmark_pairing.py",
    "test_benchmark_sweeps.py",
    "test_benchmarks.py::test_first_result_counts_the_whole_process",
    "test_benchmarks.py::test_first_result_that_fails_is_said",
    "test_benchmarks.py::test_student_model_draws_people_from_the_laws_of_the_engine",
    "test_benchmarks.py::test_student_model_has_the_rates_of_the_compiled_engine",
    "test_benchmarks.py::test_worker_answers_and_dies_with_a_sentence",
    "test_checkpoints.py::test_interventions_done_and_to_come",
    "test_checkpoints.py::test_on_either_engine",
    "test_checkpoints.py::test_whatever_the_run_was_given",
    "test_checkpoints.py::test_wide_creator_ids",
    "test_checkpoints.py::test_with_parts_on_disk",
    "test_compiling.py::test_a_comment_costs_no_compilation_and_a_rule_does",
    "test_compiling.py::test_machine_code_of_a_factor_of_ones_own_is_kept_and_an_edit_of_it_is_seen",
    "test_distributions.py::test_interpreted_loops_draw_the_same_bits",
    "test_graph_files.py::test_a_twitch_graph_comes_back_from_every_format",
    "test_graph_growth.py::test_compiled_growth_has_the_hubs_and_triangles_of_the_rule",
    "test_house.py::test_the_report_has_every_row",
    "test_interventions_in_a_run.py::test_a_run_is_the_same_until_the_day_and_another_after_it",
    "test_model_memory.py::test_many_copies_in_a_row_need_no_more_memory_than_a_few",
    "test_model_memory.py::test_many_large_models_in_a_row_need_no_more_memory_than_a_few",
    "test_model_memory.py::test_many_small_models_are_freed_by_the_garbage_collector",
    "test_model_memory.py::test_what_models_leave_behind_does_not_add_up",
    "test_notebooks.py::test_it_runs",
    "test_notebooks.py::test_it_runs_without_real_data",
    "test_notebooks.py::test_sliders_degrade_to_pictures",
    "test_notebooks.py::test_the_kernel_is_this_interpreter",
    "test_packaging.py::test_the_quick_start_runs",
    "test_plots.py::test_large_graphs_say_what_they_leave_out",
    "test_plots.py::test_made_and_saved_twice_gives_the_same_bytes",
    "test_plots.py::test_width_is_one_or_two_columns",
    "test_plugins_page.py::test_all_its_plugins_live_one_history_in_both_engines",
    "test_smoke.py::test_the_command_line",
    "test_studies_page.py::test_its_python_runs",
    "test_style.py",
    "test_what_does_not_move.py::test_what_is_frozen_stays_as_it_was_and_everything_else_may_move",
    "validation",
)
"""Folders, files and tests, from this folder on."""
MEASURED = (
    "cli/test_odd_of_ones_own.py::test_a_sweep",
    "cli/test_odd_of_ones_own.py::test_it_needs_no_repository",
    "cli/test_processes.py",
    "engines/test_interpreted.py",
    "experiments/test_arms.py",
    "experiments/test_command.py",
    "experiments/test_groups.py",
    "experiments/test_uncertain.py",
    "experiments/test_volume.py",
    "study/test_calibration.py",
    "study/test_cluster.py",
    "study/test_counterfactual.py",
    "study/test_runner.py",
)
"""Slow tests in which coverage is measured all the same: they reach lines that the fast tier does not.

During the others it rests. It would double their time, and count again what is counted already.
"""
REPEATING = (
    "contracts/test_own_strategies.py::test_both_engines_live_one_history",
    "creators/test_acts.py",
    "engines/test_odd_worlds.py",
    "engines/test_one_history.py",
    "test_acquaintances.py::test_both_engines_live_one_history",
    "test_odd.py::test_what_is_called_fixed_is_fixed_and_the_rest_changes",
    "test_plugins_page.py",
    "test_posts.py::test_both_engines_have_one_history_and_record_the_same_posts",
    "test_renewal.py::test_a_world_at_rest_stays_so",
    "test_renewal.py::test_both_engines_live_one_history",
    "users/test_grudges.py::test_both_engines_live_one_history",
    "users/test_grudges.py::test_whoever_was_left_is_not_followed_again_while_remembered",
    "users/test_reasons.py::test_reasons_are_kept_over_an_engine_change",
    "users/test_sharing.py::test_both_engines_live_one_history",
)
"""Tests of the fast tier in which coverage rests: whole worlds live in them, on lines that shorter tests reach too."""
FOR_CHILDREN = "COVERAGE_PROCESS_CONFIG"
"""Where coverage tells child processes that they count as well."""


def listed(item: pytest.Item, places: tuple[str, ...]) -> bool:
    """Whether a test, its file or a folder of it is among some places."""
    place = item.path.relative_to(TESTS)
    test = f"{place.as_posix()}::{item.name.partition('[')[0]}"
    return not {test, *(part.as_posix() for part in (place, *place.parents))}.isdisjoint(places)


def dealt(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """The tests in as many parts of one length, each of whole files: those that hold something slow come first."""
    files = [list(tests) for _, tests in groupby(items, key=lambda item: item.path)]
    slow = [tests for tests in files if any(item.get_closest_marker("slow") for item in tests)]
    parts = [list(chain.from_iterable(slow[first::workers])) for first in range(workers)]
    for tests in sorted((tests for tests in files if tests not in slow), key=len, reverse=True):
        min(parts, key=len).extend(tests)
    return list(chain.from_iterable(parts))


@pytest.fixture(scope="session", autouse=True)
def coarse_pictures() -> Iterator[None]:
    """Figures saved in this process have few pixels: what is looked at is what they show."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("simulation.plots.style.DPI", 50)
        yield


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What collecting makes stays to the end: looking through it again and again for garbage would take minutes.

    Modules that tests write get no bytecode from then on: one that is written anew within a second, and as long as
    before, would be taken for the old one.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
        sys.dont_write_bytecode = True


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None, None, None]:
    """Mark what is slow, and begin with it where several processes share the tests: so they end together."""
    for item in items:
        if item.get_closest_marker("validation") or listed(item, SLOW):
            item.add_marker(pytest.mark.slow)
    yield
    if (workers := int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))) > 1:
        items[:] = dealt(items, workers)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """After each file, what is left of it (modules, machine code) stays to the end as well."""
    try:
        return (yield)
    finally:
        if nextitem is None or nextitem.path != item.path:
            gc.collect()
            gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Neighbours in one process, which then share what their file sets up, until a process has nothing left to do."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let coverage rest during tests that reach nothing new."""
    coverage: Any = sys.modules.get("coverage")
    slow, validation = map(item.get_closest_marker, ("slow", "validation"))
    rests = listed(item, REPEATING) or (slow and (validation or not listed(item, MEASURED)))
    measuring = coverage and rests and coverage.Coverage.current()
    if not measuring:
        return (yield)
    children = os.environ.pop(FOR_CHILDREN, None)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()
        if children is not None:
            os.environ[FOR_CHILDREN] = children
