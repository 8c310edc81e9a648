"""The configuration: one file an experiment; `settings` alone is read by programs."""
