"""The call round: which records to confirm next, and a sheet with the questions for each."""
