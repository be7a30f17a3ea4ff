"""What the letters say (Vietnamese), and to whom each goes."""
