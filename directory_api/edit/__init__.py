"""The one way into the store: writers, their plans, and who may write."""
