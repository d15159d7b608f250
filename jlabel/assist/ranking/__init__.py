"""Which items come together, and which come first."""
