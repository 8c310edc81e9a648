"""The lecture's small systems, one idea a file: read beside the slides."""
