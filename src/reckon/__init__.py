"""Reckon: recompute every number that a piece of research reports, and settle each."""

__version__ = "0.1.0"
