"""Tests of functions and classes."""
