"""The numbers of the paper, computed again: one line for each cell, named as in reported/."""

from scipy.stats import norm, t

from reckon.tables.metrics import Metric, write_metrics

OUT = "results/study/metrics.csv"
values = {}
for level in (80, 90, 95, 99):
    p = (1 + level / 100) / 2
    values[f"{level} %", "z"] = norm.ppf(p)
    values[f"{level} %", "t"] = t.ppf(p, df=10)
cells = [
    Metric("study", "table1", row, column, 0, value, "1", 1, "full", "exact", OUT)
    for (row, column), value in values.items()
]
write_metrics(OUT, cells)
