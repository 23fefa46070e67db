"""The platform: what it shows to whom."""
