"""From bytes to pixels: listing images, decoding them, thumbnails and their cache.

The only importer of Pillow, pydicom and fsspec.
"""
