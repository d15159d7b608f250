"""The shapes that an annotation may have: boxes, polygons, and the geometry of several at once."""
