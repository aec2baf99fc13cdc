"""Faults of Linkerd's policies, routes and profiles: first what its admission webhook refuses."""
