"""Generated corpora in the very formats of the real ones, whose truth is known by construction."""
