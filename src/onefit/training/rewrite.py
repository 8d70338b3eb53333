"""A traced step in the form that XLA's CPU backend runs fast inside a loop.

XLA's CPU backend has one fast convolution: inputs `(batch, *space, features)`, kernels
`(*space, in, out)`, outputs as the inputs. Its pass that brings the other kinds into that form
looks at the program's outermost computation only, so in the body of a loop the gradients of a
convolution fall to a scalar loop nest. Here every convolution of a jaxpr is brought into that form
beforehand: the same multiplications in the same order, hence the same bits as outside a loop.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal, Var


def rewrite(closed_jaxpr: ClosedJaxpr, platform: str) -> ClosedJaxpr:
    """Give back the same computation in a form that is fast inside a loop on `platform`.

    Args:
        closed_jaxpr: A traced function, for example of one training step.
        platform: Where it will run: `"cpu"`, `"gpu"` or `"tpu"`.

    Returns:
        A jaxpr with the same inputs, outputs and numbers. `closed_jaxpr` itself where there is
        nothing to rewrite: on every platform but the CPU, and without convolutions.

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
    """x."""
    return None


def _rewrite_jaxpr(jaxpr: Jaxpr) -> Jaxpr:
    """Rewrite a jaxpr's equations; the same object if none changes."""
    unrounded: dict[Var, Var] = {}
    rewritten = [_rewrite_eqn(eqn, unrounded) for eqn in jaxpr.eqns]
    if all(new == [eqn] for new, eqn in zip(rewritten, jaxpr.eqns, strict=True)):
        return jaxpr
    return jaxpr.replace(eqns=[eqn for new in rewritten for eqn in new])


def _rewrite_eqn(eqn: JaxprEqn, unrounded: dict[Var, Var]) -> list[JaxprEqn]:
    """Rewrite one equation, and the jaxprs that it calls; `[eqn]` if nothing changes."""
    if eqn.primitive is lax.conv_general_dilated_p:
        return [eqn] if _is_canonical(eqn) else _rewrite_convolution(eqn, unrounded)
    if eqn.primitive is lax.convert_element_type_p and eqn.params["new_dtype"] == jnp.float32:
        (var,) = eqn.invars
        known = not isinstance(var, Literal) and var in unrounded
        return [eqn.replace(invars=[unrounded[var]])] if known else [eqn]
    params = {name: _rewrite_param(value) for name, value in eqn.params.items()}
    if all(params[name] is value for name, value in eqn.params.items()):
        return [eqn]
    return [eqn.replace(params=params)]


def _rewrite_convolution(eqn: JaxprEqn, unrounded: dict[Var, Var]) -> list[JaxprEqn]:
    """Bring a convolution into the form of the fast path.

    XLA's CPU backend computes one of bfloat16 in float32, and where its result is widened to
    float32 again it leaves the rounding in between out, but does not see through a transpose.
    So this is done here: `unrounded` maps a rounded result to the float32 that it was.
    """
    (result,) = eqn.outvars
    if result.aval.dtype != jnp.bfloat16:
        return _inlined(_canonical_convolution, eqn)
    equations = _inlined(_rounded_convolution, eqn)
    unrounded[result] = equations[-1].invars[0]
    return equations


def _rounded_convolution(lhs: jax.Array, rhs: jax.Array, **params: Any) -> jax.Array:
    """Convolve with a result in float32, which the last operation rounds to bfloat16."""
    single = {**params, "preferred_element_type": jnp.dtype("float32")}
    return lax.convert_element_type(_canonical_convolution(lhs, rhs, **single), jnp.bfloat16)


def _rewrite_param(value: Any) -> Any:
    """Rewrite what an equation's parameter holds of jaxprs; the same object if it holds none."""
    if isinstance(value, Jaxpr):
        return _rewrite_jaxpr(value)
    if isinstance(value, ClosedJaxpr):
        return rewrite(value, "cpu")
    if type(value) in (tuple, list):
        new = [_rewrite_param(item) for item in value]
        same = all(a is b for a, b in zip(new, value, strict=True))
        return value if same else type(value)(new)
    return value


def _canonical_numbers(rank: int) -> lax.ConvDimensionNumbers:
    """The dimension numbers of the fast path: `b01f_01io->b01f` for a rank of four."""
    space = range(1, rank - 1)
    data = (0, rank - 1, *space)
    return lax.ConvDimensionNumbers(data, (rank - 1, rank - 2, *(s - 1 for s in space)), data)


def _is_canonical(eqn: JaxprEqn) -> bool:
    """Whether a convolution is already in the form of the fast path."""
    lhs, rhs = (v.aval for v in eqn.invars)
    numbers = eqn.params["dimension_numbers"]
    if numbers != _canonical_numbers(lhs.ndim):
        return False
    return not _has_batch_groups(eqn.params, lhs.shape[0], rhs.shape[-1])


def _canonical_convolution(lhs: jax.Array, rhs: jax.Array, **params: Any) -> jax.Array:
    """Convolve in the form of the fast path, with transposes before and after."""
    numbers: lax.ConvDimensionNumbers = params["dimension_numbers"]
    batch, features, *space = numbers.lhs_spec
    outputs, inputs, *window = numbers.rhs_spec
    convolved = _convolve(
        lax.transpose(lhs, (batch, *space, features)),
        lax.transpose(rhs, (*window, inputs, outputs)),
        params,
    )
    batch, features, *space = numbers.out_spec
    order = (batch, *space, features)
    return lax.transpose(convolved, [order.index(axis) for axis in range(lhs.ndim)])


def _convolve(lhs: jax.Array, rhs: jax.Array, params: dict[str, Any]) -> jax.Array:
    """Convolve operands that are laid out for the fast path, whatever `params` says of layout."""
    if _has_batch_groups(params, lhs.shape[0], rhs.shape[-1]):
        return _convolve_batch_groups(lhs, rhs, params)
    numbers = _canonical_numbers(lhs.ndim)
    return lax.conv_general_dilated_p.bind(lhs, rhs, **{**params, "dimension_numbers": numbers})


def _has_batch_groups(params: dict[str, Any], batch: int, outputs: int) -> bool:
    """Whether XLA turns the batch's groups into one more axis of space.

    It does so for the kernel's gradient of a grouped convolution; that of a depthwise one, with
    one row and one output a group, it computes in full and masks, which keeps the layout.
    """
    groups = params["batch_group_count"]
    return groups > 1 and not (batch == outputs == groups)


def _convolve_batch_groups(lhs: jax.Array, rhs: jax.Array, params: dict[str, Any]) -> jax.Array:
    """Convolve group by group, the groups being one more axis of space, as XLA does.

    A window as wide as there are groups slides over the groups with zeros in between, so that it
    meets one group at each place. Wasteful, but these are the sums that Keras gets.
    """
    groups = params["batch_group_count"]
    lhs = jnp.moveaxis(lhs.reshape(groups, -1, *lhs.shape[1:]), 0, -2)
    rhs = jnp.moveaxis(rhs.reshape(*rhs.shape[:-1], groups, -1), -2, -3)
    convolved = _convolve(
        lhs,
        rhs,
        {
            **params,
            "batch_group_count": 1,
            "window_strides": (*params["window_strides"], groups - 1),
            "padding": (*params["padding"], (0, 0)),
            "lhs_dilation": (*params["lhs_dilation"], groups),
            "rhs_dilation": (*params["rhs_dilation"], 1),
        },
    )
    return convolved.reshape(*convolved.shape[:-2], -1)


def _inlined(function: Any, eqn: JaxprEqn) -> list[JaxprEqn]:
    """The equations of `function(*eqn.invars, **eqn.params)`, writing `eqn.outvars`."""
    shapes = [jax.ShapeDtypeStruct(v.aval.shape, v.aval.dtype) for v in eqn.invars]
    traced = jax.make_jaxpr(lambda *xs: function(*xs, **eqn.params))(*shapes).jaxpr
    names: dict[Var, Any] = dict(zip(traced.invars, eqn.invars, strict=True))
    names |= dict(zip(traced.outvars, eqn.outvars, strict=True))
    return [
        _renamed(inner, names).replace(source_info=eqn.source_info, ctx=eqn.ctx)
        for inner in traced.eqns
    ]


def _renamed(eqn: JaxprEqn, names: dict[Var, Any]) -> JaxprEqn:
    """`eqn` with its variables replaced by `names`, which gains a fresh one for each new output."""
    for var in eqn.outvars:
        names.setdefault(var, Var(var.aval))
    return eqn.replace(
        invars=_lookup(eqn.invars, names), outvars=[names[var] for var in eqn.outvars]
    )


def _lookup(atoms: Iterable[Any], names: dict[Var, Any]) -> list[Any]:
    """What each variable is called; literals stay."""
    return [atom if isinstance(atom, Literal) else names[atom] for atom in atoms]
