"""Everything the project knows to be wrong with a configuration: one module per rule, found by folder."""
