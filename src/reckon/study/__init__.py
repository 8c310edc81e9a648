"""A study of one's own, from its first file to its report: the console command `reckon`."""
