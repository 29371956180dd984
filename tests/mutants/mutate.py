"""The small mistakes that are made in a module on purpose, each alone."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
LOGGERS = ("log", "logger", "logging")
EITHER_WAY = ("min", "max")  # whatever the order of what they are given
CACHES = ("cache", "lru_cache")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file with one change.

    `function` is the first line of the outermost function around it; None for none, and for one that is not called
    each time, as its results are kept.
    """

    path: str
    line: int
    function: int | None
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}  {self.before}  →  {self.after}"


def mutants_of(root: Path, path: str) -> Iterator[Mutant]:
    """Every mutant of a file that still compiles."""
    text = (root / path).read_text()
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode()))
    for node, function, indented in _places(ast.parse(text)):
        begin = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        raw = text.encode()
        old = raw[begin:end].decode()
        for new in _changed(node, indented):
            source = (raw[:begin] + new.encode() + raw[end:]).decode()
            try:
                compile(source, path, "exec")
            except SyntaxError:
                continue
            yield Mutant(path, node.lineno, function, _short(old), _short(new), source)


def _short(code: str) -> str:
    return " ".join(code.split())


def _places(tree: ast.Module) -> Iterator[tuple[ast.expr | ast.stmt, int | None, bool]]:
    """Every place that may be changed, with its outermost function, and whether it is a whole statement."""

    def walk(
        node: ast.AST, function: int | None, kept: bool = False
    ) -> Iterator[tuple[ast.expr | ast.stmt, int | None, bool]]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and function is None:
            function = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            kept = any(cache in ast.unparse(one) for one in node.decorator_list for cache in CACHES)
        if isinstance(node, ast.expr | ast.stmt):
            yield node, None if kept else function, isinstance(node, ast.stmt)
        for child in _children(node):
            yield from walk(child, function, kept)

    yield from walk(tree, None)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in a node, but for what is only for readers, type checkers and the log."""
    if isinstance(
        node, ast.Assert | ast.Import | ast.ImportFrom | ast.JoinedStr
    ):  # 3.11 doesn't say where in f-strings
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
        return
    if isinstance(node, ast.ClassDef) and any("Enum" in ast.unparse(base) for base in node.bases):
        yield from (one for one in node.body if isinstance(one, ast.FunctionDef))  # words are as good as others
        return
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_logger(node.func.value):
        return
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, ast.AST))


def _is_logger(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in LOGGERS


def _changed(node: ast.expr | ast.stmt, is_statement: bool) -> Iterator[str]:
    if is_statement:
        yield from _other_statement(node)
        return
    for other in _other_expressions(node):
        yield f"({ast.unparse(ast.fix_missing_locations(other))})"
    if isinstance(node, ast.Constant):
        yield from _other_constant(node.value)


def _other_statement(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=value))) if _is_logger(value):
            return
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise() | ast.Break() | ast.Continue() | ast.Delete():
            yield "pass"
        case ast.Return(value=value) if value is not None and not isinstance(value, ast.Constant):
            yield "return None"


def _other_expressions(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Compare(ops=ops):
            for at, op in enumerate(ops):
                for other in COMPARISONS[type(op)]:
                    yield ast.Compare(node.left, [*ops[:at], other(), *ops[at + 1 :]], node.comparators)
        case ast.BinOp(op=op) if type(op) in ARITHMETIC:
            yield ast.BinOp(node.left, ARITHMETIC[type(op)](), node.right)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert(), operand=operand):
            yield operand
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield ast.IfExp(test, orelse, body)
        case ast.Call(func=func, args=args, keywords=keywords):
            is_ordered = not (isinstance(func, ast.Name) and func.id in EITHER_WAY)
            if is_ordered and len(args) > 1 and not any(isinstance(one, ast.Starred) for one in args[:2]):
                yield ast.Call(func, [args[1], args[0], *args[2:]], keywords)
            for at, keyword in enumerate(keywords):
                if keyword.arg:
                    yield ast.Call(func, args, keywords[:at] + keywords[at + 1 :])


def _other_constant(value: object) -> Iterator[str]:
    match value:
        case bool():
            yield repr(not value)
        case int():
            yield repr(value + 1)
            yield f"({value - 1})"
        case str():
            yield repr("" if value else "x")
