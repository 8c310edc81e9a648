"""The report: everything that was reported and recomputed, as one page that needs no network."""
