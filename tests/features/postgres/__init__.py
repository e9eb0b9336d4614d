"""Tests of PostgreSQL: its engine, and its deployment."""
