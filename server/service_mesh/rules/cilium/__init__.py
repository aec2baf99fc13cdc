"""Faults of Cilium's policies: first what the agent refuses to take over."""
