"""Cilium: which connections its policies let pass, and what they carry."""
