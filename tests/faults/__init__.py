"""Faults that are caused on purpose, and what must hold while they last and after them."""
