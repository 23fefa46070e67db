"""What is to be run: what varies, how it is sampled, and the sweep that says so."""
