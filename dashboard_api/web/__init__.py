"""The page: templates, styles, scripts and both languages' texts. Nothing in it comes from elsewhere."""
