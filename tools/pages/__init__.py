"""Generated pages: each module here makes some of them, all from what the code itself says."""
