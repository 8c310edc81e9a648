"""What a model is learning: gradients at essential words, and second derivatives between words."""
