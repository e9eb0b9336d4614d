"""A directory of specialised centres for victims of human trafficking, and the closest one."""

__version__ = "0.1.0"
