"""Records and their rules.

No I/O, clock, environment or framework; the current time is always an argument.
"""
