"""The form of a record: its fields, what is typed into them, and what that means. No requests."""
