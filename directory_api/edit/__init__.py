"""The one way into the store: drafts of changes, their checks and review, and who may write."""
