"""Experiments in arms: declare one, run it, judge it, report it."""
