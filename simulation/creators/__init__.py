"""The rules creators live by: when they post, how good it is, and how consistent they come to seem."""
