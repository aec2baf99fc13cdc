"""What intents are asked with: names, ports, callers, requests, as types that refuse what no object could hold."""
