"""Gateways: where they send what comes to them from outside."""
