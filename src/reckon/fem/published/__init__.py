"""The authors' solvers on the authors' own mesh, so that the deck's counts of steps come out."""
