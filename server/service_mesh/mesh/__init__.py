"""What a set of objects amounts to: look-ups that rules ask instead of searching themselves."""
