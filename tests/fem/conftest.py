"""The tests in `theory` need Firedrake: they are run by `test_in_environment.py` with its interpreter."""

import importlib.util

if importlib.util.find_spec("firedrake") is None:
    collect_ignore = ["theory"]
