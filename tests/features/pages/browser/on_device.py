"""For tests that compare what the component computes on the device with the server's answers."""

# The beginning of a script in `module_page`: `module` has the functions of the component.
IMPORT = "const module = await import(document.querySelector('script').src);"
# Distances are equal if they differ by no more.
SAME_M = 0.001
