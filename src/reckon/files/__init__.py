"""Files: written whole or not at all, read within bounds, as text, rows and hashes."""
