"""Faults of progressive delivery: what Flagger and Argo Rollouts refuse, never finish or take away from Git."""
