"""What operators and monitors ask: health, metrics, security.txt."""
