"""Where images are: folders, globs, lists and URLs, parsed and listed without decoding."""
