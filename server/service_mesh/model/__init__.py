"""The words of the house: values that every room shares, built from the standard library alone."""
