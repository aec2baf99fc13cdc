"""Whether one workload can call another: every layer of the data path asked in its order, joined into one answer."""
