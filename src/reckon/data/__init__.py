"""Where data comes from: the catalogue, the fetcher, adapters to our formats, and miniature corpora."""
