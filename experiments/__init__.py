"""Experiments: one for each claim of the model, run with ``python -m experiments NAME``."""
