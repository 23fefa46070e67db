"""The model in the ODD protocol: the default one, or a model of one's own with its plug-ins and what else differs.

The document is written out of a template and of what the code declares, so that it cannot drift.
"""

from simulation.odd.document import odd_document

__all__ = ["odd_document"]
