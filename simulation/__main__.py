"""``python -m simulation``: the same as the command ``follower-dynamics``."""

from simulation.cli import main

if __name__ == "__main__":
    main()
