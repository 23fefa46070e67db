"""What must come out of a change: the test of a claim, until it moves to the analysis."""
