"""What is written about the model, and what writes it."""
