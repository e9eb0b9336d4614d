"""Spreadsheets: CSV and .xlsx as rows of cells, and workbooks with lists to choose from."""

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SIGNATURE = b"PK\x03\x04"
# The container format of old .xls files and of workbooks with a password (MS-CFB).
OLD_SIGNATURE = b"\xd0\xcf\x11\xe0"
WORKBOOKS = (SIGNATURE, OLD_SIGNATURE)
# The sheets of our own workbooks that have no records, in small letters.
WITHOUT_RECORDS = ("help", "lists")
