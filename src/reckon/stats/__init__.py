"""Intervals, comparisons, equivalence and outlying seeds: what verdicts rest on."""
