"""The command line: arguments in, words and exit codes out; no logic of its own."""
