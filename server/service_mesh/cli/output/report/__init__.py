"""A report as one page of HTML: the result as data, and the programs of the page that draw it."""
