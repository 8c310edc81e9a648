"""Classification of texts into many labels with a long tail."""
