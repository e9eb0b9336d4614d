"""Tests of signing in with a passkey."""
