"""Experiments, one file per claim of the model: ``follower-dynamics experiment NAME``."""
