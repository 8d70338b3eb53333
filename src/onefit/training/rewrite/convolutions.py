"""A traced step in the form that XLA's CPU backend runs fast inside a loop.

XLA's CPU backend has one fast convolution: inputs are `(batch, *space, features)`, kernels
`(*space, in, out)`, outputs as the inputs. The pass that brings other convolutions into that form
looks at a program's outermost computation only. In a loop's body the gradients of a convolution,
and all of `channels_first`, therefore fall to a plain loop nest, 4 to 40 times slower and with
sums in another order. Here they are brought into that form beforehand: the same sums in the same
order, hence the bits that Keras gets from its jitted step. Gradients of max pooling are slow
everywhere, and are brought into another form too (`max_pooling.py`).

Loops and branches inside the step are left as they are: Keras's step has them too, and there XLA
does not look inside either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal, Var
from jax.extend.core.primitives import cond_p, conv_general_dilated_p, scan_p, while_p

from onefit.training.rewrite import max_pooling
from onefit.training.rewrite.rounding import by_itself

_OWN_COMPUTATIONS = (scan_p, while_p, cond_p)


def rewrite(closed_jaxpr: ClosedJaxpr, platform: str) -> ClosedJaxpr:
    """Give back the same computation in a form that is fast inside a loop on `platform`.

    Args:
        closed_jaxpr: A traced function, for example of one training step.
        platform: Where it will run: `"cpu"`, `"gpu"` or `"tpu"`.

    Returns:
        A jaxpr with the same inputs, outputs and numbers. `closed_jaxpr` itself where there is
        nothing to rewrite: on every platform but the CPU, and without convolutions and pooling.

    >>> import jax
    >>> from jax import lax, numpy as jnp
    >>> def convolve(x, kernel):
    ...     return lax.conv_general_dilated(x, kernel, (1,), "SAME")  # channels first
    >>> traced = jax.make_jaxpr(convolve)(jnp.ones((1, 2, 8)), jnp.ones((3, 2, 4)))
    >>> [str(e.primitive) for e in rewrite(traced, "cpu").jaxpr.eqns]
    ['transpose', 'transpose', 'conv_general_dilated', 'transpose']
    >>> rewrite(traced, "gpu") is traced
    True
    """
    if platform != "cpu":
        return closed_jaxpr
    jaxpr = _rewrite_jaxpr(closed_jaxpr.jaxpr)
    return closed_jaxpr if jaxpr is closed_jaxpr.jaxpr else closed_jaxpr.replace(jaxpr=jaxpr)


def loses_in_loop(closed_jaxpr: ClosedJaxpr, platform: str) -> str | None:
    """Say why a step would run slower in a loop than as a program of its own, if it would.

    Decided from the operations alone. After `rewrite` no operation is known to lose: each family
    of layers is measured in `benchmarks/convolutions.py`.

    Args:
        closed_jaxpr: A traced step, rewritten or not.
        platform: Where it will run: `"cpu"`, `"gpu"` or `"tpu"`.

    Returns:
        The reason as a clause, or `None`.

    >>> import jax
    >>> from jax import lax, numpy as jnp
    >>> def convolve(x, kernel):
    ...     return lax.conv_general_dilated(x, kernel, (1,), "SAME")  # channels first
    >>> traced = jax.make_jaxpr(convolve)(jnp.ones((1, 2, 8)), jnp.ones((3, 2, 4)))
    >>> loses_in_loop(traced, "cpu")
    'a convolution to (1, 3, 8) is not in the one form that is fast inside a loop on a CPU'
    >>> loses_in_loop(rewrite(traced, "cpu"), "cpu") is None
    True
    """
    slow = (e for e in equations(closed_jaxpr.jaxpr) if _is_convolution(e) and not _is_fast(e))
    found = next(slow, None) if platform == "cpu" else None
    if found is None:
        return None
    shape = found.outvars[0].aval.shape
    return f"a convolution to {shape} is not in the one form that is fast inside a loop on a CPU"


def equations(jaxpr: Jaxpr) -> Iterator[JaxprEqn]:
    """Every equation that ends up in the computation of `jaxpr` itself, calls being inlined."""
    for eqn in jaxpr.eqns:
        yield eqn
        for value in eqn.params.values() if eqn.primitive not in _OWN_COMPUTATIONS else ():
            if isinstance(value, Jaxpr | ClosedJaxpr):
                yield from equations(getattr(value, "jaxpr", value))


def _rewrite_jaxpr(jaxpr: Jaxpr) -> Jaxpr:
    """Rewrite a jaxpr's equations; the same object if none changes."""
    unrounded: dict[Var, Var] = {}
    rewritten = [new for eqn in jaxpr.eqns for new in _rewrite_eqn(eqn, unrounded)]
    same = len(rewritten) == len(jaxpr.eqns) and all(map(_is, rewritten, jaxpr.eqns))
    return jaxpr if same else jaxpr.replace(eqns=rewritten)


def _rewrite_eqn(eqn: JaxprEqn, unrounded: dict[Var, Var]) -> list[JaxprEqn]:
    """Rewrite one equation, and the jaxprs that it calls; `[eqn]` if nothing changes."""
    if _is_convolution(eqn):
        return [eqn] if _is_fast(eqn) else _rewrite_convolution(eqn, unrounded)
    if eqn.primitive is lax.convert_element_type_p:
        return [_without_rounding(eqn, unrounded)]
    if eqn.primitive in _OWN_COMPUTATIONS:
        return [eqn]
    if max_pooling.scatters(eqn):
        return _inlined(by_itself(partial(max_pooling.spread, **eqn.params)), eqn, own=True)
    params = {name: _rewrite_param(value) for name, value in eqn.params.items()}
    same = all(map(_is, params.values(), eqn.params.values()))
    return [eqn if same else eqn.replace(params=params)]


def _rewrite_param(value: Any) -> Any:
    """Rewrite an equation's parameter if it is a jaxpr; the same object if nothing changes."""
    if isinstance(value, ClosedJaxpr):
        return rewrite(value, "cpu")
    return _rewrite_jaxpr(value) if isinstance(value, Jaxpr) else value


def _is(new: Any, old: Any) -> bool:
    return new is old


# Convolutions ---------------------------------------------------------------------------------


def _is_convolution(eqn: JaxprEqn) -> bool:
    return eqn.primitive is conv_general_dilated_p


def _is_fast(eqn: JaxprEqn) -> bool:
    """Whether a convolution has the form of the fast path, as far as it can."""
    lhs, rhs = (v.aval.shape for v in eqn.invars)
    numbers = eqn.params["dimension_numbers"]
    return numbers == _fast_numbers(len(lhs)) and not _has_batch_groups(eqn.params, lhs, rhs)


def _fast_numbers(rank: int) -> lax.ConvDimensionNumbers:
    """The dimension numbers of the fast path: `b01f_01io->b01f` for a rank of four."""
    space = range(1, rank - 1)
    data = (0, rank - 1, *space)
    return lax.ConvDimensionNumbers(data, (rank - 1, rank - 2, *(s - 1 for s in space)), data)


def _fast_convolution(lhs: jax.Array, rhs: jax.Array, **params: Any) -> jax.Array:
    """Convolve in the form of the fast path, with transposes before and after."""
    numbers: lax.ConvDimensionNumbers = params["dimension_numbers"]
    batch, features, *space = numbers.lhs_spec
    outputs, inputs, *window = numbers.rhs_spec
    grouped = _has_batch_groups(params, lhs.shape, rhs.shape)
    lhs = lax.transpose(lhs, (batch, *space, features))
    rhs = lax.transpose(rhs, (*window, inputs, outputs))
    result = (_convolve_batch_groups if grouped else _convolve)(lhs, rhs, params)
    batch, features, *space = numbers.out_spec
    order = (batch, *space, features)
    return lax.transpose(result, [order.index(axis) for axis in range(lhs.ndim)])


def _convolve(lhs: jax.Array, rhs: jax.Array, params: dict[str, Any]) -> jax.Array:
    """Convolve operands that lie as the fast path wants them."""
    params = {**params, "dimension_numbers": _fast_numbers(lhs.ndim)}
    return conv_general_dilated_p.bind(lhs, rhs, **params)


def _has_batch_groups(params: dict[str, Any], lhs: tuple[int, ...], rhs: tuple[int, ...]) -> bool:
    """Whether XLA makes one more axis of space of the batch's groups, in a layout of its own.

    It does so in the kernel's gradient of a grouped convolution. That of a depthwise one, with one
    row and one output a group, it computes in full and masks, which leaves the layout alone.
    """
    groups = params["batch_group_count"]
    numbers = params["dimension_numbers"]
    batch, outputs = lhs[numbers.lhs_spec[0]], rhs[numbers.rhs_spec[0]]
    return groups > 1 and not (batch == outputs == groups)


def _convolve_batch_groups(lhs: jax.Array, rhs: jax.Array, params: dict[str, Any]) -> jax.Array:
    """Convolve group by group, the groups being one more axis of space, as XLA does it.

    A window as wide as there are groups slides over the groups, with zeros in between, so that it
    meets one group at each place. Wasteful, but these are the sums that Keras gets.
    """
    groups, rank = params["batch_group_count"], lhs.ndim
    lhs = lax.reshape(lhs, (groups, lhs.shape[0] // groups, *lhs.shape[1:]))
    rhs = lax.reshape(rhs, (*rhs.shape[:-1], groups, rhs.shape[-1] // groups))
    widened = {
        "batch_group_count": 1,
        "window_strides": (*params["window_strides"], groups - 1),
        "padding": (*params["padding"], (0, 0)),
        "lhs_dilation": (*params["lhs_dilation"], groups),
        "rhs_dilation": (*params["rhs_dilation"], 1),
    }
    result = _convolve(
        lax.transpose(lhs, (*range(1, rank), 0, rank)),
        lax.transpose(rhs, (*range(rank - 2), rank - 1, rank - 2, rank)),
        params | widened,
    )
    return lax.reshape(result, (*result.shape[:-2], result.shape[-2] * result.shape[-1]))


# bfloat16 -------------------------------------------------------------------------------------
#
# XLA's CPU backend computes a convolution of bfloat16 in float32. Where the result is widened to
# float32 again (a kernel's gradient, for example) it leaves out the rounding in between, but not
# through a transpose. So it is left out here.


def _rewrite_convolution(eqn: JaxprEqn, unrounded: dict[Var, Var]) -> list[JaxprEqn]:
    """Bring a convolution into the form of the fast path.

    Args:
        eqn: The convolution.
        unrounded: Gains, for a result in bfloat16, the float32 that it was rounded from.
    """
    (result,) = eqn.outvars
    if result.aval.dtype != jnp.bfloat16:
        return _inlined(partial(_fast_convolution, **eqn.params), eqn)
    equations = _inlined(partial(_rounded_convolution, **eqn.params), eqn)
    unrounded[result] = equations[-1].invars[0]
    return equations


def _rounded_convolution(lhs: jax.Array, rhs: jax.Array, **params: Any) -> jax.Array:
    """Convolve to float32, which the last operation rounds to bfloat16."""
    params["preferred_element_type"] = jnp.dtype(jnp.float32)
    return lax.convert_element_type(_fast_convolution(lhs, rhs, **params), jnp.bfloat16)


def _without_rounding(eqn: JaxprEqn, unrounded: dict[Var, Var]) -> JaxprEqn:
    """Let a widening to float32 read what its operand was rounded from, if that is known."""
    (var,) = eqn.invars
    if eqn.params["new_dtype"] != jnp.float32 or isinstance(var, Literal) or var not in unrounded:
        return eqn
    return eqn.replace(invars=[unrounded[var]])


# Equations ------------------------------------------------------------------------------------


def _inlined(
    function: Callable[..., jax.Array], eqn: JaxprEqn, own: bool = False
) -> list[JaxprEqn]:
    """The equations of `function(*eqn.invars)`, writing `eqn.outvars`.

    Args:
        function: What to do instead.
        eqn: The equation that it replaces.
        own: Whether the new equations keep the contexts in which the function has put them.
    """
    shapes = [jax.ShapeDtypeStruct(v.aval.shape, v.aval.dtype) for v in eqn.invars]
    traced = jax.make_jaxpr(function)(*shapes).jaxpr
    names: dict[Var, Any] = dict(zip(traced.invars, eqn.invars, strict=True))
    names |= dict(zip(traced.outvars, eqn.outvars, strict=True))
    return [
        _renamed(inner, names).replace(
            source_info=eqn.source_info, ctx=inner.ctx if own else eqn.ctx
        )
        for inner in traced.eqns
    ]


def _renamed(eqn: JaxprEqn, names: dict[Var, Any]) -> JaxprEqn:
    """`eqn` with its variables replaced by `names`, which gains a fresh one for each new output."""
    for var in eqn.outvars:
        names.setdefault(var, Var(var.aval))
    invars = _lookup(eqn.invars, names)
    return eqn.replace(invars=invars, outvars=[names[var] for var in eqn.outvars])


def _lookup(atoms: Iterable[Any], names: dict[Var, Any]) -> list[Any]:
    """What each variable is called; literals stay."""
    return [atom if isinstance(atom, Literal) else names[atom] for atom in atoms]
