"""From images to embeddings, and where they are stored."""
