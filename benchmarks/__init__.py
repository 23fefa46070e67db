"""How fast the engines are, beside an idiomatic Mesa model of the same kind: ``python -m benchmarks``."""
