"""Other ways to find the nearest centres, each as small as its documentation shows.

A peer reads the centres from the folder in BENCH_DATA, answers `/nearest?lat=..&lon=..` with the
same members as our server, and has an environment of its own (.venv-peers).
"""
