"""A centre confirms its own record without an account, by a link that a maintainer makes."""
