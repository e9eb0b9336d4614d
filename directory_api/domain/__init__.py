"""Facts and rules: no I/O, no clock, no framework. The moment is always an argument."""
