"""Which mesh fits: requirements, dated evidence, what rules out, a score to check, and what would change the answer."""
