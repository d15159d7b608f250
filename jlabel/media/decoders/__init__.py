"""From a file's bytes to pixels: one file a medium."""
