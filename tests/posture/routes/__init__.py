"""Routes held against a second evaluator."""
