"""What assist promised and what came of it."""
