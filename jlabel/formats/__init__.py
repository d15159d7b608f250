"""Documents from values and values from documents; no store, no clock, no pixels."""
