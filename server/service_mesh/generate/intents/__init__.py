"""One module per intent: its parameters and what it becomes in each dialect."""
