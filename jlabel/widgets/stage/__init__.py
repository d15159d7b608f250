"""Picture and shapes on ipycanvas under a gesture layer in the browser."""
