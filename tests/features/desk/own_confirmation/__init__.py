"""Tests of the links by which centres answer for their own records."""
