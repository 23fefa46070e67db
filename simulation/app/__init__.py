"""The browser dashboard, ``follower-dynamics app``.

What it shows is computed without a browser: ``session`` (the runs), ``lane`` (one of them), ``history`` (its past) and
``sliders`` (what can be set) know nothing of Panel. ``controls``, ``toolbar``, ``views`` and ``page`` draw that with
Panel and Bokeh, and ``serve`` hands it to browsers on this machine. Nothing is fetched from the internet.
"""
