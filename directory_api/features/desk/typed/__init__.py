"""What people type, in any usual form, for a form and for a table."""
