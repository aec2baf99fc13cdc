"""Health rules on whether workloads have the proxy they should have, and whether it runs."""
