"""The records of the directory, and what each member may be."""
