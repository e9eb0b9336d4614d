"""Text: errors for people, folding, strict JSON, translations."""
