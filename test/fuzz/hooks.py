"""What Schemathesis asks that would not be what it says it is."""

import schemathesis


def names_its_path(value):
    return isinstance(value, str) or not set(str(value)) & set("?#/")


@schemathesis.hook
def filter_path_parameters(context, path_parameters):
    """A list in a path is sent as Python writes it: with a `?` in it the rest of the path is a query, and the request one to another operation."""
    return all(names_its_path(value) for value in (path_parameters or {}).values())
