"""SQuAD 2.0: fine-tuning on spans and unanswerable questions, and what precision costs it."""
