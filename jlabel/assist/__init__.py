"""Models that propose: embeddings, classifiers, thresholds, clusters."""
