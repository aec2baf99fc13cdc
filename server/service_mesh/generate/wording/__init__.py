"""How each dialect says who calls and what is requested."""
