"""Rules about the Gateway API that hold for every implementation."""
