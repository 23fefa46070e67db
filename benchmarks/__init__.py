"""How fast the engines are, beside an idiomatic Mesa model of the same kind: ``python -m benchmarks``.

What the model is checked against, and how it fares: ``python -m benchmarks.validation``.
"""
