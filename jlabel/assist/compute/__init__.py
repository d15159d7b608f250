"""Where a learner's work runs: on this machine now."""
