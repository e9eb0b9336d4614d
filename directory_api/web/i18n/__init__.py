"""The interface's translations."""
