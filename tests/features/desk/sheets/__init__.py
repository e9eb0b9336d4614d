"""Tests of sheets: CSV and workbooks as rows of cells."""
