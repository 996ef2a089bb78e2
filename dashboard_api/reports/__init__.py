"""What is written of a month report and a statement: spreadsheets, PDF, and the archive that keeps them.

A room below the pages: it knows no route, no template and no person.
"""
