"""JSON Merge Patch: the examples of RFC 7396, appendix A, and its laws."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.change.merge_patch import merged

# Original, patch, result.
EXAMPLES = (
    ('{"a":"b"}', '{"a":"c"}', '{"a":"c"}'),
    ('{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'),
    ('{"a":"b"}', '{"a":null}', "{}"),
    ('{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'),
    ('{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'),
    ('{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'),
    ('{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'),
    ('{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'),
    ('["a","b"]', '["c","d"]', '["c","d"]'),
    ('{"a":"b"}', '["c"]', '["c"]'),
    ('{"a":"foo"}', "null", "null"),
    ('{"a":"foo"}', '"bar"', '"bar"'),
    ('{"e":null}', '{"a":1}', '{"e":null,"a":1}'),
    ("[1,2]", '{"a":"b","c":null}', '{"a":"b"}'),
    ("{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'),
)
NAMES = st.sampled_from("abc")
# Without null, which a merge patch cannot write.
VALUES = st.recursive(
    st.integers(0, 3) | st.lists(st.integers(0, 1), max_size=2),
    lambda inner: st.dictionaries(NAMES, inner, max_size=3),
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=3)
PATCHES = st.recursive(
    st.none() | st.integers(0, 3),
    lambda inner: st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(("original", "patch", "result"), EXAMPLES)
def test_the_examples_of_the_standard(original: str, patch: str, result: str) -> None:
    """Each row of the table in RFC 7396 comes out as it is printed there."""
    assert merged(json.loads(original), json.loads(patch)) == json.loads(result)


def _patch(before: Any, after: Any) -> Any:
    """A merge patch that makes one value into another."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return after
    return {name: None for name in before if name not in after} | {
        name: _patch(before.get(name), value) for name, value in after.items()
    }


@given(OBJECTS, OBJECTS)
def test_a_patch_of_what_differs_makes_one_object_into_the_other(before: Any, after: Any) -> None:
    """Members that are gone as null and the rest as they should be: the patch gives `after`."""
    assert merged(before, _patch(before, after)) == after


@given(OBJECTS, PATCHES)
def test_a_patch_leaves_what_it_was_given_and_does_the_same_again(target: Any, patch: Any) -> None:
    """Neither target nor patch is changed, and patching a second time changes nothing more."""
    untouched = copy.deepcopy((target, patch))
    once = merged(target, patch)
    assert (target, patch) == untouched
    assert merged(once, patch) == once
