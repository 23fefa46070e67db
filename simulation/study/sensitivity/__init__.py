"""Which uncertain parameters an outcome answers to."""
