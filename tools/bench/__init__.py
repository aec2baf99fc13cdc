"""Measures what the project promises about time and memory; nothing here is a test."""
