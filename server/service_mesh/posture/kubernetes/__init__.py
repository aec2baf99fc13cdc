"""Kubernetes: which connections network policies let pass."""
