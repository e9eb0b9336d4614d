"""What can be deleted: a folder for each feature, with all that it has."""
