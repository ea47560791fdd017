# Embedding files in a binary; filled in by the site layer.
