"""Outlines of the objects in boxes that people draw, found by a process that has the project's model in memory."""
