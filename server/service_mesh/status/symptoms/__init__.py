"""What can cause what somebody sees of a workload, in the order of its likelihood, and what would disprove it."""
