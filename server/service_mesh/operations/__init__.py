"""One module per verb, request in and frozen result out: the only layer that the surfaces call."""
