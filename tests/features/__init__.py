"""Tests of one feature each, in the same folders as those of the core."""
