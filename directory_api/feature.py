"""The features of the directory, and what each may add to the core."""
