"""Tests of processes: servers, web hosts, the command line from outside."""
