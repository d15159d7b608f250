"""Assist: models that propose."""
