"""Thresholds with a stated guarantee."""
