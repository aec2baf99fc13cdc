"""Texts that both surfaces show: Markdown, and the words that every text shares."""
