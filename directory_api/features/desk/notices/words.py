"""The words of notices, in locale/: few, and only for maintainers."""

from functools import partial

from directory_api.text.translations import words_of_feature

words = partial(words_of_feature, __package__)
