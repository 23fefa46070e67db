"""The rules users live by: whether they watch, what they like, whom they follow and whom they leave."""
