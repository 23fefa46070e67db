"""Social graphs in files: edge lists, GraphML, GEXF.

Ids that all are integers (as written by a computer: no leading zeros, no plus) are numbered in numerical order, and are
the user ids themselves where they are exactly 0..N-1; otherwise all are strings, numbered in alphabetical order. So the
order of the lines changes nothing.
"""

from simulation.graph_files.reading import read_graph
from simulation.graph_files.writing import write_graph

__all__ = ["read_graph", "write_graph"]
