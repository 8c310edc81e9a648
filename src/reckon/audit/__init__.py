"""The decks' own numbers checked against each other and against public records; recomputes nothing."""
