"""Detection: a light anchor-free head on multi-scale features of a frozen network."""
