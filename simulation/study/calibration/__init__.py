"""Parameters found from observations."""
