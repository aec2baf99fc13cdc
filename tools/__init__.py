"""Programs for developers: generated pages, catalogue, benchmarks, packaging."""
