"""Comparing a whole block of follow entries at once, and asking for memory ahead of time.

Both are single instructions that numba has no name for. Compilers find the first by themselves only in some loops.
"""

from typing import Any, cast

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from simulation.compiling import INTERPRETED
from simulation.state import BLOCK


def _compare_block(typing_context: Any, entries: Any, first: Any, wanted: Any) -> Any:
    if not (isinstance(entries, types.Array) and entries.dtype == wanted):
        return None

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        element = context.get_value_type(entries.dtype)
        vector = ir.VectorType(element, BLOCK)
        pointer = builder.gep(array.data, [arguments[1]])
        block = builder.load(builder.bitcast(pointer, vector.as_pointer()), align=element.width // 8)
        splat = builder.shuffle_vector(
            builder.insert_element(ir.Constant(vector, ir.Undefined), arguments[2], ir.Constant(ir.IntType(32), 0)),
            ir.Constant(vector, ir.Undefined),
            ir.Constant(ir.VectorType(ir.IntType(32), BLOCK), [0] * BLOCK),
        )
        hits = builder.bitcast(builder.icmp_unsigned("==", block, splat), ir.IntType(BLOCK))
        return builder.icmp_unsigned("!=", hits, ir.Constant(ir.IntType(BLOCK), 0))

    return types.boolean(entries, types.intp, wanted), codegen


def _ask_for(typing_context: Any, array: Any, index: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        word, byte = ir.IntType(32), ir.IntType(8).as_pointer()
        fetch = cast("Any", cgutils).get_or_insert_function(
            builder.module, ir.FunctionType(ir.VoidType(), [byte, word, word, word]), "llvm.prefetch.p0i8"
        )
        address = builder.bitcast(builder.gep(data, [arguments[1]]), byte)
        builder.call(fetch, [address, word(0), word(3), word(1)])
        return context.get_dummy_value()

    return types.void(array, types.intp), codegen


def _compare_block_slowly(entries: Any, first: int, wanted: Any) -> bool:
    return bool((entries[first : first + BLOCK] == wanted).any())


def _ask_for_nothing(array: Any, index: int) -> None:
    """Without a compiler there is nothing to ask."""


block_holds: Any = _compare_block_slowly if INTERPRETED else intrinsic(_compare_block)
"""``block_holds(entries, first, wanted)``: whether any of BLOCK entries equals a number of the entries' own type."""
prefetch: Any = _ask_for_nothing if INTERPRETED else intrinsic(_ask_for)
"""``prefetch(array, index)``: ask for memory that will be read soon; changes nothing but time."""
