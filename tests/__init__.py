"""Tests. A package, so that they share the modules of support/."""
