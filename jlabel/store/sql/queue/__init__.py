"""The task queue: labeling sessions, pages, leases, drafts and what is suggested with a page."""
