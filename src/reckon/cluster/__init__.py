"""Clusters: profiles held against what Snakemake believes, and mends of its SLURM plugin."""
