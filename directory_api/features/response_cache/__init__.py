"""Finished answers, which are sent again without Flask."""
