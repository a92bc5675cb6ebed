"""The promise: OpenAPI documents, lifecycles and rules of the five APIs, read into plain immutable values."""

from specs.book import PROVIDERS, Book, open_book
from specs.lifecycle import Lifecycle, Refusal, Transition
from specs.load import SpecError
from specs.operation import Media, Operation, Parameter, Promise
from specs.rule import Rule
from specs.schema import Problem, Schemas, Validator

__all__ = [
    "PROVIDERS",
    "Book",
    "Lifecycle",
    "Media",
    "Operation",
    "Parameter",
    "Problem",
    "Promise",
    "Refusal",
    "Rule",
    "Schemas",
    "SpecError",
    "Transition",
    "Validator",
    "open_book",
]
