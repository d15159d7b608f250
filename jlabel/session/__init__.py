"""One labeler at work, with no widget."""
