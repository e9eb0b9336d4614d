"""Tests of imports: whole files that come in and go out."""
