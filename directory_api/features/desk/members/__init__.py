"""The members of a record in words, for forms, workbooks and the places of faults."""
