"""Follower dynamics: why people follow and unfollow creators on a short-video platform.

>>> from simulation import FollowerModel
>>> model = FollowerModel(preset="tiktok", seed=1)
>>> model.run_for(30)
>>> result = model.result()

Names are imported when first used, so that ``import simulation`` costs nothing: Mesa alone takes a second.
"""

import warnings

from simulation.lazily import attach_stub

# Mesa imports tqdm, which says this in a notebook where ipywidgets is not installed. Nothing here needs that.
warnings.filterwarnings("ignore", message="IProgress not found")

__version__ = "0.2.0"

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
__all__ += ["__version__"]
