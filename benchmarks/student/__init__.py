"""The same model as a good student of Mesa would write it: the yardstick of the benchmark.

Clean object-oriented Mesa 3: agents with plain attributes, posts and follows as objects, a dictionary of follows each,
peers as neighbours in a networkx graph, ``self.random`` for draws, ``shuffle_do`` for activation, a ``DataCollector``
and an event log. It has every mechanism of the living world but for creators' minds (with them trends, follow-backs
and moods), with the same parameters, so that a user-day is the same work, and shares no rule, loop or array with
``simulation``. Two things differ on purpose: agents act one after the other, each on what those before it did, as is
usual in Mesa, where the engines decide everything on the state as the day began; and a taste is drawn when two people
first meet, and kept in a dictionary.
"""
