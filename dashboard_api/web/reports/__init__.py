"""Reports as printable pages, from which the PDF is made too."""
