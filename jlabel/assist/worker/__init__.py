"""The worker process: its loop, its lease and its supervision."""
