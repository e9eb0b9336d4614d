"""Tests of the call round: what to confirm next, and what becomes of a call."""
