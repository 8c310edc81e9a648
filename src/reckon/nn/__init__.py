"""Encoders, batches and the one training loop; torch is imported here and nowhere below."""
