"""The validation tier: directions that must hold, each tested over enough seeds with a stated error rate.

What is measured, and the bounds, stand once, in ``benchmarks.validation.directions``; every test simulates the worlds
of seeds 0, 1, 2, ... (never chosen) and judges the mean over seeds. Worlds are paired: base and changed share people
and random draws until the change. Bounds on one side mean one one-sided t-test; bounds on both sides mean two, of which
both must pass (equivalence), so that a wide interval fails and does not pass.

Error rates. *Passes though it does not hold*: .05 / 22 = .0023 for each of the 22 claims (Bonferroni), so .05 at most
for any of them. *Fails though it holds*: by mean and spread between seeds that ``python -m docs.directions`` found on
other seeds, three times as many, and the noncentral t distribution; the mean and its standard error there are given.
Seeds are fixed, so a test gives the same answer until a history changes; the rates are those of a change that leaves
the direction as it was. All together, a right model fails with probability .004 at most.

========================  ====================================  =====  ==============  =========  ======
direction                 claim                                 seeds  found (se)      bounds     fails
========================  ====================================  =====  ==============  =========  ======
constant likes habituate  more of them lift mood at first       16     .0410 (.0003)   > 0        .0001
..                        likes stay up, %                      16     31.9 (.5)       > 0        .0001
..                        share of the lift that is left        16     .138 (.016)     < .5       .0001
surge and loss            a surge lifts mood                    8      .0409 (.0005)   > 0        .0001
..                        a loss lowers mood                    8      -.0976 (.0008)  < 0        .0001
..                        a loss weighs more, times             8      1.31 (.01)      > 1        .0001
hidden like counts        likes, %                              12     -4.50 (.07)     -7 to -2   .0001
..                        obsession, %                          12     -19.1 (.2)      < 0        .0001
..                        obsession less likes, %               12     -14.6 (.2)      < 0        .0001
authenticity paradox      followers after 14 days, %            56     1.42 (.13)      > 0        .002
..                        followers after 120 days, %           56     -17.7 (.4)      < 0        .0001
off-voice post            an ordinary one costs, %              24     .474 (.011)     0 to 1     .0001
..                        most of it less least of it, %        24     1.04 (.01)      > 0        .0001
..                        for ten times the size, %             24     .323 (.030)     > 0        .003
use limits                half the use, sd                      8      .0636 (.0012)   0 to .3    .0001
..                        best of four limits, sd               8      .0636 (.0012)   < .3       .0001
..                        worst of them, sd                     8      .0249 (.0007)   > -.3      .0001
fear of missing out       correlation with use                  8      .501 (.005)     .4 to .6   .0001
bought followers          they help, %                          20     27.9 (.6)       > 0        .0001
..                        not where the crowd is mute, %        20     .15 (.35)       -5 to 5    .0001
..                        after the purge, %                    20     -27.5 (.4)      < 0        .0001
..                        in the end, beside never buying, %    20     -10.2 (.7)      < 0        .0001
========================  ====================================  =====  ==============  =========  ======

Beside them stand tests of what is exact (one creator whose likes are constant, doubled, halved), which have no error
rate, and tests that a direction is gone without its mechanism: there the 95% interval must lie wholly on the other side
of the bound. By mean and spread on their own seeds these fail for a right model with probability .04 (hidden counts),
.01 (bought followers) and less than .001 (the others); the one without loss aversion, where nothing may be found, with
probability .05.
"""
