"""Conditions in LimeSurvey's expression language.

A condition that asks for values of items is said in the codebook's own words (`condition_of`). A
richer one is evaluated as LimeSurvey does (`shown`): comparisons, `and`, `or`, `!`, arithmetic,
`is_empty`, `count`, `sum`, `min`, `max` and `if` over the answers of earlier questions, with or
without `.NAOK`. What it does not understand (attributes of participants, wording, dates, ...) it
leaves alone.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

LONGEST = 4000  # signs of an expression
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"\\]*"|'[^'\\]*')|(?P<number>\d+(?:\.\d+)?)"""
    r"""|(?P<name>[A-Za-z]\w*)(?P<suffix>\.NAOK|\.value(?:\.NAOK)?)?"""
    r"""|(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/<>!(),]))"""
)
_WORDS = {
    **{"&&": "and", "||": "or", "!": "~", "and": "and", "or": "or"},
    **{"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="},
}
_COMPARED: dict[type, Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip
_RECKONED: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "is_empty": lambda one: _text(one) == "",
    "empty": lambda one: _text(one) in ("", "0"),
    "count": lambda *many: float(sum(_text(one) != "" for one in many)),
    "sum": lambda *many: float(sum(_number(one) or 0.0 for one in many)),
    "min": lambda *many: min(_number(one) or 0.0 for one in many),
    "max": lambda *many: max(_number(one) or 0.0 for one in many),
    "if": lambda asked, yes, no: yes if _true(asked) else no,
}


class NotUnderstood(ValueError):
    """An expression, or a part of it, that is not evaluated here."""


def condition_of(relevance: str) -> str | None:
    """`inc2_SQ001.NAOK == "Y"` as `inc2[SQ001]=Y`; "" where always shown, None where it is richer.

    Several values of one item (`or`) and several items (`and`) are understood.
    """
    if relevance.strip() in ("", "1"):
        return ""
    wanted: dict[str, list[str]] = {}
    joined = re.split(r"\s+(?:and|&&)\s+", relevance.strip().strip("()"))
    for part in joined:
        names: set[str] = set()
        for one in re.split(r"\s+(?:or|\|\|)\s+", part.strip("() ")):
            match = re.fullmatch(r"\(*(\w+?)(?:\.NAOK)?\s*==\s*[\"']([^\"']*)[\"']\)*", one.strip())
            if match is None:
                return None
            question, _, sub = match[1].partition("_")
            item = f"{question}[{sub}]" if sub else question
            names.add(item)
            wanted.setdefault(item, []).append(match[2])
        if len(names) > 1:
            return None
    return " & ".join(f"{item}={'|'.join(values)}" for item, values in wanted.items())


def both_met(one: str, other: str) -> str:
    """Two conditions as one; "1" or nothing is no condition."""
    said = [text.strip() for text in (one, other) if text.strip() not in ("", "1")]
    return f"({said[0]}) and ({said[1]})" if len(said) == 2 else "".join(said)


def name_of(item: str) -> str:
    """An item as expressions name it: `gov3[SQ001]` is gov3_SQ001, `d[a][2]` is d_a_1."""
    both = re.fullmatch(r"(.+)\[(.+)\]\[(\d)\]", item)
    if both:
        return f"{both[1]}_{both[2]}_{int(both[3]) - 1}"
    return item.replace("[", "_").replace("]", "")


def shown(text: str, values: pd.DataFrame, hidden: pd.DataFrame) -> pd.Series | None:
    """Whether a condition is met for each respondent; None where it is not understood.

    Parameters
    ----------
    values : answers, respondents x items, blank where not answered
    hidden : booleans of the same shape, cells known to be hidden; a name without `.NAOK` that was
        hidden makes the condition false
    """
    import pandas as pd

    items = {name_of(item): item for item in values.columns}
    try:
        tree, strict = _parsed(text)
        asked = {name: items[name] for name in _names(tree)}
    except (NotUnderstood, KeyError):
        return None
    table = values[list(asked.values())].fillna("")
    try:
        told = {
            one: _true(_value(tree.body, dict(zip(asked, one, strict=True))))
            for one in set(table.itertuples(index=False, name=None))
        }
    except NotUnderstood:
        return None
    met = pd.Series([told[one] for one in table.itertuples(index=False, name=None)], values.index)
    for name in strict & set(asked):
        met &= ~hidden[asked[name]]
    return met.astype(bool)


def _parsed(text: str) -> tuple[ast.Expression, set[str]]:
    """The expression as a tree of Python's grammar, and the names without `.NAOK`."""
    words, strict, at = [], set(), 0
    text = text.strip()
    if len(text) > LONGEST:
        raise NotUnderstood(text)
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise NotUnderstood(text)
        name = match["name"]
        word = match["text"] or match["number"] or name or match["sign"]
        if name and match["suffix"] is None and not text[match.end() :].lstrip().startswith("("):
            strict.add(name)
        known = _WORDS.get(word.lower() if match["suffix"] is None else "")
        # `if` is a word of Python's, and a function here.
        words.append(known or (f"{name}_" if name else word))
        at = match.end()
    try:
        return ast.parse(" ".join(words), mode="eval"), strict
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise NotUnderstood(text) from None


def _names(tree: ast.AST) -> list[str]:
    """Questions that a tree asks for, once each."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    found = (n for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called)
    return list(dict.fromkeys(node.id[:-1] for node in found))


def _value(node: ast.AST, answers: Mapping[str, str]) -> Any:
    """A text, number or truth value."""
    match node:
        case ast.Constant(value=str() | int() | float() as value):
            return value if isinstance(value, str) else float(value)
        case ast.Name(id=name):
            return answers[name[:-1]]
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(_true(_value(part, answers)) for part in parts)
        case ast.BoolOp(values=parts):
            return any(_true(_value(part, answers)) for part in parts)
        case ast.UnaryOp(op=ast.Invert(), operand=part):
            return not _true(_value(part, answers))
        case ast.UnaryOp(op=ast.USub(), operand=part):
            return -(_number(_value(part, answers)) or 0.0)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _RECKONED:
            return _reckoned(type(op), _value(left, answers), _value(right, answers))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _compared(type(op), _value(left, answers), _value(right, answers))
        case ast.Call(func=ast.Name(id=name), args=parts, keywords=[]) if (
            name[:-1].lower() in _FUNCTIONS and parts
        ):
            try:
                return _FUNCTIONS[name[:-1].lower()](*(_value(part, answers) for part in parts))
            except TypeError:
                raise NotUnderstood(name) from None
    raise NotUnderstood(ast.dump(node))


def _compared(how: type, left: Any, right: Any) -> bool:
    """Numbers are compared as numbers, texts as texts; a number is not beside a text."""
    numbers = _number(left), _number(right)
    both = None not in numbers
    if how in (ast.Eq, ast.NotEq):
        same = numbers[0] == numbers[1] if both else _text(left) == _text(right)
        return same is (how is ast.Eq)
    if how not in _COMPARED:
        raise NotUnderstood(how.__name__)
    if both:
        return _COMPARED[how](*numbers)
    texts = _text(left), _text(right)
    if "" in texts or any(number is not None for number in numbers):
        return False
    return _COMPARED[how](*texts)


def _reckoned(how: type, left: Any, right: Any) -> Any:
    one, other = _number(left), _number(right)
    if one is None or other is None or (how is ast.Div and other == 0):
        raise NotUnderstood("arithmetic on texts")
    return _RECKONED[how](one, other)


def _number(value: Any) -> float | None:
    if isinstance(value, float):
        return value
    if isinstance(value, bool):
        return float(value)
    return float(value) if re.fullmatch(r"\s*[-+]?(\d+\.?\d*|\.\d+)\s*", value) else None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    return value if isinstance(value, str) else f"{value:g}"


def _true(value: Any) -> bool:
    return value not in ("", "0", 0.0, False)
