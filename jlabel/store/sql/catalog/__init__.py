"""Projects, label classes, sources and items."""
