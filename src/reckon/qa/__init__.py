"""Question answering on Natural Questions: one file a step, in the order of the DAG."""
