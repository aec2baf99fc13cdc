"""What holds for every test: the same examples in every run, and the hooks that the printing process has to know."""

from hypothesis import settings

pytest_plugins = ["tests.conformance.summary", "tests.kube.summary"]

settings.register_profile("house", derandomize=True, deadline=None)
settings.load_profile("house")
