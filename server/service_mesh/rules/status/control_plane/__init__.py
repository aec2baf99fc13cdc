"""Health rules on whether the parts that configure the proxies run."""
