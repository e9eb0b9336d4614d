"""Tests of maintenance: check, repair, backups, copy, adoption."""
