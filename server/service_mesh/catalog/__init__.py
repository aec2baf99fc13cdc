"""What the API server knows about kinds, as compact facts, and the structural check of an object against them."""
