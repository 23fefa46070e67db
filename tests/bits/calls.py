"""What in a source file has bits that IEEE 754 does not fix: they depend on a C library, a processor or a version.

Fixed, and so never reported: +, -, *, /, sqrt, floor, ceil, comparisons, fsum and whole numbers; of NumPy what takes
one element at a time by these, and sums that run in order (cumsum, bincount, add.at, add.accumulate).
"""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple


class Call(NamedTuple):
    line: int
    name: str
    """As a reader knows it: ``np.exp``, ``.sum()`` for a method, ``**`` for an operator."""
    advice: str


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


OURS = {name: f"simulation.arithmetic.{name}, or {name}_of of simulation.vectors" for name in ("exp", "log", "log1p")}
OURS |= dict.fromkeys(("pow", "power", "float_power"), "x * x for squares, else simulation.arithmetic.power")
OURS |= {"tanh": "simulation.arithmetic.tanh", "cos": "simulation.arithmetic.cos_turns"}
OURS |= dict.fromkeys(
    _names("sum mean nansum nanmean"), "total or mean of simulation.vectors, or dtype=np.int64 or int(...) for counts"
)
OURS |= dict.fromkeys(_names("dot vdot inner matmul einsum tensordot"), "dot or products of simulation.vectors")
OURS |= dict.fromkeys(_names("std var nanstd nanvar"), "deviation of simulation.vectors")
RANDOM = "random numbers of simulation.randomness or simulation.distributions"
ELSEWHERE = "a loop of our own over +, -, *, / and sqrt"

ELEMENTARY = _names(
    "exp exp2 expm1 log log2 log10 log1p pow power float_power cbrt sin cos tan asin acos atan atan2 arcsin arccos "
    "arctan arctan2 sinh cosh tanh asinh acosh atanh arcsinh arccosh arctanh hypot dist logaddexp logaddexp2 erf erfc "
    "gamma lgamma sinc i0 fma sumprod"
)
OF_NUMPY = ELEMENTARY | _names(
    "sum mean average std var prod nansum nanmean nanstd nanvar nanprod trapezoid trapz dot vdot inner matmul vecdot "
    "matvec einsum tensordot convolve correlate corrcoef cov interp logspace geomspace polyfit random linalg fft emath "
    "quantile percentile nanquantile nanpercentile"
)
METHODS = _names("sum mean std var prod dot trace rolling ewm expanding corr corrwith cov sem skew kurt describe")
DRAWS = _names(
    "random uniform normal standard_normal lognormal integers randint choice choices permutation permuted shuffle "
    "sample beta standard_gamma gamma dirichlet poisson binomial negative_binomial multinomial exponential "
    "standard_exponential geometric pareto zipf weibull laplace gumbel triangular betavariate gauss rvs"
)
LIBRARIES = {"random": RANDOM, "statistics": OURS["mean"]} | dict.fromkeys(
    ("scipy", "cmath", "operator.pow"), ELSEWHERE
)
GRAPHS = re.compile(
    r"networkx\.(\w*(random|erdos|gnp|gnm|barabasi|watts|powerlaw|block|configuration|scale_free|LFR)\w*|\w+_layout)$"
)
IGRAPHS = re.compile(
    r"(Erdos|Barabasi|Watts|Forest|SBM|Static|Growing|K_Reg|Degree_Seq|Establ|Prefer|GRG|Recent)[A-Za-z_]*"
)


def calls(source: str) -> list[Call]:
    """Everything in a file whose bits are not fixed, by line."""
    return sorted(_Walker(ast.parse(source)).found())


class _Walker:
    def __init__(self, tree: ast.AST) -> None:
        self.tree = tree
        self.imported: dict[str, str] = {}
        self.whole: set[ast.AST] = set()
        """Sums that are whole numbers: right in any order."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    name = alias.name if alias.asname else alias.name.split(".")[0]
                    self.imported[alias.asname or name] = name
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    self.imported[alias.asname or alias.name] = f"{'.' * node.level}{node.module}.{alias.name}"
            elif isinstance(node, ast.Call):
                self._mark_whole(node)

    def _mark_whole(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id == "int":
            self.whole.update(
                part.func for part in node.args if isinstance(part, ast.Call) and _last(part.func) == "sum"
            )
        if _last(node.func) not in {"sum", "mean", "reduce", "reduceat"}:
            return
        if any(word.arg == "dtype" and _is_whole_type(word.value) for word in node.keywords):
            self.whole.add(node.func)
        of_what = node.args[0] if node.args else None
        if isinstance(node.func, ast.Attribute) and self._path(node.func) is None:
            of_what = node.func.value
        if of_what is not None and _is_count(of_what):
            self.whole.add(node.func)

    def _path(self, node: ast.AST) -> str | None:
        """Full name of what an expression like ``np.random.default_rng`` refers to, if that was imported."""
        if isinstance(node, ast.Name):
            return self.imported.get(node.id)
        if isinstance(node, ast.Attribute):
            left = self._path(node.value)
            return None if left is None else f"{left}.{node.attr}"
        return None

    def found(self) -> Iterator[Call]:
        inside: set[ast.AST] = set()  # ``np.random`` within ``np.random.default_rng`` is the same finding
        for node in ast.walk(self.tree):
            match node:
                case ast.BinOp(op=ast.MatMult()) | ast.AugAssign(op=ast.MatMult()):
                    yield Call(node.lineno, "@", OURS["dot"])
                case ast.BinOp(left=base, op=ast.Pow(), right=exponent) if not _is_exact_power(base, exponent):
                    yield Call(node.lineno, "**", OURS["pow"])
                case ast.AugAssign(op=ast.Pow()):
                    yield Call(node.lineno, "**", OURS["pow"])
                case ast.Attribute() | ast.Name() if node not in inside and (path := self._path(node)) is not None:
                    inside.update(ast.walk(node))
                    if node not in self.whole and (known := _known(path)) is not None:
                        yield Call(node.lineno, *known)
                case ast.Call():
                    yield from self._of_call(node)

    def _of_call(self, node: ast.Call) -> Iterator[Call]:
        function = node.func
        for word in node.keywords:
            if word.arg == "fastmath" and not (isinstance(word.value, ast.Constant) and word.value.value is False):
                yield Call(
                    word.value.lineno, "fastmath", "fastmath=False: with it the compiler may change the order of sums"
                )
        if _last(function) in {"argsort", "argpartition"} and not _is_stable(node):
            yield Call(node.lineno, _last(function), 'kind="stable": else the order of equals depends on the processor')
        if function in self.whole:
            return
        match function:
            case ast.Name(id="sum") if "sum" not in self.imported and not any(map(_is_list, node.args[1:])):
                # Rounds each addition up to Python 3.11 and compensates for that from 3.12 on.
                yield Call(node.lineno, "sum()", OURS["sum"])
            case ast.Name(id="pow") if "pow" not in self.imported and len(node.args) < 3:
                yield Call(node.lineno, "pow()", OURS["pow"])
            case ast.Attribute(attr=name) if IGRAPHS.fullmatch(name):
                yield Call(node.lineno, f".{name}()", RANDOM)
            case ast.Attribute(attr=name) if self._path(function) is None and name in METHODS:
                yield Call(node.lineno, f".{name}()", OURS.get(name, ELSEWHERE))
            case ast.Attribute(value=owner, attr=name) if (
                self._path(function) is None and name in DRAWS and not _is_self(owner)
            ):
                yield Call(node.lineno, f".{name}()", RANDOM)


def _known(path: str) -> tuple[str, str] | None:
    """Name of a finding and what would be right, for the full name of something imported."""
    parts = path.split(".")
    last = parts[-1]
    if path.startswith("numpy.random.SeedSequence"):
        return None  # whole-number arithmetic, which NumPy promises never to change
    if parts[0] == "math" and len(parts) > 1 and parts[1] in ELEMENTARY:
        return path, OURS.get(last, ELSEWHERE)
    if parts[0] == "numpy" and len(parts) > 1:
        if parts[1] in OF_NUMPY:
            return f"np.{parts[1]}", RANDOM if parts[1] == "random" else OURS.get(parts[1], ELSEWHERE)
        if last in {"reduce", "reduceat"} and parts[1] in {"add", "multiply", "subtract", "divide"}:
            return f"np.{parts[1]}.{last}", OURS["sum"]
    if GRAPHS.match(path):
        return ".".join(parts[:1] + parts[-1:]), RANDOM
    for library, advice in LIBRARIES.items():
        if f"{path}.".startswith(f"{library}."):
            return ".".join(parts[:2]), advice
    return None


def _is_stable(node: ast.Call) -> bool:
    return any(
        word.arg == "kind" and isinstance(word.value, ast.Constant) and word.value.value == "stable"
        for word in node.keywords
    )


def _is_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"  # a method of ours, whatever its name


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _is_exact_power(base: ast.AST, exponent: ast.AST) -> bool:
    """Powers of 2, which every pow() gives exactly, and of whole numbers written out; x**2 of a float calls pow()."""
    number, times = _literal(base), _literal(exponent)
    if isinstance(number, int) and isinstance(times, int) and times >= 0:
        return True
    return number in {2, 0.5}


def _literal(node: ast.AST) -> int | float | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        size = _literal(node.operand)
        return None if size is None else -size
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, int | float) else None


def _is_whole_type(node: ast.AST) -> bool:
    return re.fullmatch(r"u?int(8|16|32|64|p)?|bool_?", _last(node)) is not None


def _is_list(node: ast.AST) -> bool:
    return isinstance(node, ast.List | ast.Tuple)


def _is_count(node: ast.AST) -> bool:
    """Whether an expression is evidently made of whole numbers or truths: a comparison, a length, int(...)."""
    match node:
        case ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Constant(value=int()):
            return True
        case ast.UnaryOp(operand=inner):
            return _is_count(inner)
        case ast.BinOp(left=left, op=ast.BitAnd() | ast.BitOr() | ast.BitXor(), right=right):
            return _is_count(left) or _is_count(right)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult(), right=right):
            return _is_count(left) and _is_count(right)
        case ast.BoolOp(values=values):
            return all(map(_is_count, values))
        case ast.GeneratorExp(elt=element) | ast.ListComp(elt=element):
            return _is_count(element)
        case ast.Attribute(attr="size" | "nbytes" | "ndim"):
            return True
        case ast.Call(func=ast.Name(id="len" | "int" | "bool" | "isinstance" | "any" | "all")):
            return True
        case ast.Call(func=ast.Attribute(attr="isin" | "isnan" | "isfinite" | "startswith" | "any" | "all")):
            return True
    return False
