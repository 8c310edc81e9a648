"""The tidy tables: metrics, effects, and the transcription of what was reported."""
