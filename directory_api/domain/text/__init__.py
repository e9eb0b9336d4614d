"""Text normalisation and a strict JSON parser."""
