"""Measures of a run: pure functions of arrays and tables, which know nothing of engines.

- ``inequality``: Gini coefficient, Lorenz curve, top share, effective number of creators
- ``market``: success in parallel worlds, its unpredictability and rank correlation with quality
- ``churn``: spells of following, hazard of unfollowing, churn
- ``engagement``: likes and follows per exposure, per user-day, per each other
- ``network``: followees per user, reciprocity
- ``peers``: follows that peers share against those of strangers alike, followers against friends
- ``growth``: burstiness, peak and decline
- ``tails``: power-law exponents by maximum likelihood
- ``trends``: onsets of unusual net followers by topic, and their lead over the heat; called as ``trends.detect``
- ``intervals``: Student's t, bootstrap, Poisson rates
- ``rest``: the shape of a world at rest, at every age, beside its bands
- ``targets``: measures of a run beside the bands that data and studies give
"""

from simulation.lazily import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
