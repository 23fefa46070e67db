"""How presets were fitted; nothing here is needed to use them."""
