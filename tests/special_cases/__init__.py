"""Special cases whose outcome theory gives exactly, in both engines.

Error rates. Every comparison below gives a p-value and fails when it is under ``fit.ALPHA`` = 1e-4, so a right model
fails a file of n comparisons with probability n * 1e-4 at most (Bonferroni); each file states its n. Seeds are
0, 1, 2, ... in order, never chosen. The distributions are those of the model as it runs, at finite size and on a
finite day, wherever theory gives them; where only a limit is known the file says how far off finite size may be.
"""
