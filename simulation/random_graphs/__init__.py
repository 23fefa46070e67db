"""Random graphs, each family by a compiled loop on addressed random numbers.

Nothing here calls a graph library, NumPy's random numbers or the C library's functions: whole numbers, the five IEEE
operations and ``simulation.arithmetic`` make every graph the same, bit for bit, on every machine and with every version
of the libraries.
"""
