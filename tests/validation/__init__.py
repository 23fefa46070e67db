"""The validation tier: directions that must hold, each tested over enough seeds with a stated error rate.

What is measured, and the bounds, stand once, in ``benchmarks.validation.directions``; every test simulates the worlds
of seeds 0, 1, 2, ... (never chosen) and judges the mean over seeds. Worlds are paired: base and changed share people
and random draws until the change. Bounds on one side mean one one-sided t-test; bounds on both sides mean two, of which
both must pass (equivalence), so that a wide interval fails and does not pass.

Error rates. *Passes though it does not hold*: .05 / 22 = .0023 for each of the 22 claims (Bonferroni), so .05 at most
for any of them. A test looks three times, after a quarter of its seeds, half and all of them, at claims that are still
open; a look takes a third of that rate, so where it stops costs none of it. *Fails though it holds*: at most the
chance at the last look, which ``docs/directions.md`` gives for each claim, by mean and spread on three times as many
other seeds and the noncentral t distribution; .01 for all together. Seeds are fixed, so a test gives the same answer
until a history changes; the rates are those of a change that leaves the direction as it was.

Beside them stand tests of what is exact (one creator whose likes are constant, doubled, halved), which have no error
rate, and tests that a direction is gone without its mechanism: there the 95% interval must lie wholly on the other side
of the bound. By mean and spread on their own seeds these fail for a right model with probability .04 (hidden counts),
.01 (bought followers) and less than .001 (the others); the one without loss aversion, where nothing may be found, with
probability .05.
"""
