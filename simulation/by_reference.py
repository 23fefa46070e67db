"""Groups of arrays as compiled loops hand them from rule to rule: by their address.

The compiler takes a named tuple apart wherever a rule is called, into seven numbers for each array. A loop that hands
its rules where the tuple lies instead is compiled sooner, and runs as fast once the rules are inlined.
"""

from hashlib import sha256
from typing import Any, TypeVar

from numba.core import cgutils, types
from numba.core.datamodel.models import PrimitiveModel
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, lower_builtin, lower_getattr_generic, register_model, type_callable

Group = TypeVar("Group", bound=tuple[Any, ...])


def by_reference(group: Group) -> Group:
    """The same named tuple; in a compiled loop its address, under which rules read it by name while the loop runs."""
    return group


class _Reference(types.Type):
    """Where a named tuple lies."""

    def __init__(self, group: Any) -> None:
        self.group = group
        super().__init__(f"{group.instance_class.__name__}@{sha256(group.name.encode()).hexdigest()[:16]}")

    @property
    def key(self) -> Any:
        return self.group

    def part(self, name: str) -> tuple[int, Any]:
        """Place and type of what a name of the tuple stands for: tuples with arrays in them stay where they lie."""
        place = self.group.fields.index(name)
        return place, _handed(self.group.types[place])


@register_model(_Reference)
class _Model(PrimitiveModel):
    def __init__(self, manager: Any, reference: Any) -> None:
        super().__init__(manager, reference, manager.lookup(reference.group).get_value_type().as_pointer())  # type: ignore[no-untyped-call]


def _handed(part: Any) -> Any:
    return _Reference(part) if isinstance(part, types.NamedTuple) and _is_wide(part) else part


def _is_wide(group: Any) -> bool:
    return any(isinstance(part, types.Array | types.BaseTuple) for part in group)


@infer_getattr
class _Attributes(AttributeTemplate):
    key = _Reference

    def generic_resolve(self, reference: Any, name: str) -> Any:  # type: ignore[override]
        return reference.part(name)[1] if name in reference.group.fields else None


@lower_getattr_generic(_Reference)  # type: ignore[untyped-decorator]
def _read(context: Any, builder: Any, reference: Any, pointer: Any, name: str) -> Any:
    place, part = reference.part(name)
    at = cgutils.gep_inbounds(builder, pointer, 0, place)
    return at if isinstance(part, _Reference) else builder.load(at)


@type_callable(by_reference)
def _type_of(_: Any) -> Any:
    return lambda group: _Reference(group) if isinstance(group, types.NamedTuple) else None


@lower_builtin(by_reference, types.NamedTuple)  # type: ignore[untyped-decorator]
def _lie_down(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    return cgutils.alloca_once_value(builder, arguments[0])
