"""Reported against recomputed: reads tidy files and `reported/`, knows no experiment."""
