"""What operators and monitors ask: health, security.txt."""
