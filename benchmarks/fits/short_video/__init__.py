"""The fit behind the preset ``short_video``: assumptions fitted to KuaiRand and to the rates of the field.

KuaiRand (Gao et al., CIKM 2022) has of 27,285 users of a short-video platform how many they follow, how many follow
them, and how many both; rates come from other sources (``simulation.analysis.targets`` has the same bands).
``python -m benchmarks.fits.short_video`` leaves a folder with the posterior, figures and a summary, and prints the
values; docs/calibration.md says how those of the preset were chosen. Parameters on which these observations have no
bearing stay at their defaults.
"""
