"""Training, validating and predicting label classes of whole images."""
