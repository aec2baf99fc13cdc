"""Health rules on whether traffic gets in and out."""
