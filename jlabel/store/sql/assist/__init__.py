"""What assist keeps in the store: runs, predictions, the worker's lease, outcomes."""
