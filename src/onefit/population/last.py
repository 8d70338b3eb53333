"""Members on the last axis: `jax.vmap`, but every array keeps its members side by side.

`jax.vmap` puts members first and multiplies their matrices as a batch of matrices. For a network
of a few units that leaves a SIMD lane with almost nothing to do. Here the member axis comes last,
and a small matrix product is a multiplication and a sum, in which one lane is one member.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.extend.core import ClosedJaxpr, Jaxpr, Literal, Var

MOST_TERMS = 16  # terms of a sum that are written out
MOST_PRODUCTS = 1 << 14  # multiplications of a member's product that are written out

Value = tuple[Any, bool]  # an array, and whether its last axis is the members'


def members_last(
    function: Callable[..., Any], inside: Any, outside: Any, axis: str, size: int
) -> Callable[..., Any]:
    """The function of one member as a function of `size` members, on the last axis.

    Args:
        function: What one member does. It may reduce over the members by the name `axis`.
        inside: For each argument a pytree prefix: `None` where it is shared, else it is batched.
        outside: The same for what comes out.
        axis: The members' axis' name.
        size: How many members.

    >>> import jax.numpy as jnp
    >>> together = members_last(lambda a, b: a @ b, (0, None), 0, "members", 2)
    >>> together(jnp.ones((3, 2)), jnp.ones(3)).tolist()
    [3.0, 3.0]
    """

    def together(*arguments: Any) -> Any:
        leaves, structure = jax.tree.flatten(arguments)
        batched = flags(inside, arguments)
        single = [
            jax.ShapeDtypeStruct(jnp.shape(v)[:-1] if b else jnp.shape(v), v.dtype)
            for v, b in zip(leaves, batched)
        ]
        closed, out = jax.make_jaxpr(function, axis_env=[(axis, size)], return_shape=True)(
            *jax.tree.unflatten(structure, single)
        )
        values = Members(size).closed(closed, list(zip(leaves, batched)))
        wanted = flags(outside, out)
        found = [
            _spread(v, size) if want and not b else _unlike(v, b, want)
            for (v, b), want in zip(values, wanted)
        ]
        return jax.tree.unflatten(jax.tree.structure(out), found)

    return together


def flags(prefix: Any, tree: Any) -> list[bool]:
    """Whether each leaf of a tree is batched, from a prefix in the form of `in_axes`."""
    found: list[bool] = []

    def walk(where: Any, part: Any) -> None:
        if where is None:
            found.extend([False] * len(jax.tree.leaves(part)))
        elif isinstance(where, int):
            found.extend([True] * len(jax.tree.leaves(part)))
        elif isinstance(where, dict):
            for name in sorted(where):
                walk(where[name], part[name])
        else:
            for inner, piece in zip(where, part):
                walk(inner, piece)

    walk(prefix, tree)
    return found


def _unlike(value: Any, batched: bool, wanted: bool) -> Any:
    if batched and not wanted:
        raise ValueError("Expected a value that all members share. Received one of each member.")
    return value


def _spread(value: Any, size: int) -> Any:
    """Repeat a shared array for every member."""
    shape = jnp.shape(value)
    return lax.broadcast_in_dim(value, (*shape, size), tuple(range(len(shape))))


class Members:
    """Evaluates the jaxpr of one member for all.

    Args:
        size: How many members.
    """

    def __init__(self, size: int) -> None:
        """Keep the size."""
        self.size = size

    def closed(self, closed: ClosedJaxpr, values: list[Value]) -> list[Value]:
        """Evaluate a closed jaxpr."""
        return self.jaxpr(closed.jaxpr, [(c, False) for c in closed.consts], values)

    def jaxpr(self, jaxpr: Jaxpr, consts: list[Value], values: list[Value]) -> list[Value]:
        """Evaluate a jaxpr, equation by equation."""
        known: dict[Any, Value] = dict(zip(jaxpr.constvars, consts))
        known.update(zip(jaxpr.invars, values))

        def read(atom: Any) -> Value:
            return (atom.val, False) if isinstance(atom, Literal) else known[atom]

        for equation in jaxpr.eqns:
            found = self.equation(equation, [read(atom) for atom in equation.invars])
            known.update(zip(equation.outvars, found))
        return [read(atom) for atom in jaxpr.outvars]

    def equation(self, equation: Any, values: list[Value]) -> list[Value]:
        """Evaluate one equation."""
        name, params = equation.primitive.name, equation.params
        if name in _CALLS:
            inner = params[_CALLS[name]]
            if isinstance(inner, ClosedJaxpr):
                return self.closed(inner, values)
            return self.jaxpr(inner, [], values)
        if name in _REDUCES_MEMBERS and not params.get("axis_index_groups"):
            return [self.over_members(name, value) for value in values]
        if name == "while":
            return self.loop(params, values)
        if not any(batched for _, batched in values):
            out = _bind(equation, [value for value, _ in values])
            return [(value, False) for value in out]
        if name == "optimization_barrier":
            out = _bind(equation, [value for value, _ in values])
            return [(new, batched) for new, (_, batched) in zip(out, values)]
        if name == "cond" and not values[0][1]:
            return self.branch(params, values)
        rule = _RULES.get(name)
        found = rule(self, equation, values) if rule is not None else None
        if found is None:
            found = self.by_vmap(equation, values)
        return [(value, True) for value in found]

    def all(self, values: list[Value]) -> list[Any]:
        """The arrays, each with a member axis."""
        return [v if batched else _spread(v, self.size) for v, batched in values]

    def over_members(self, name: str, value: Value) -> Value:
        """A reduction over the members."""
        array, batched = value
        if not batched:
            return (array * self.size, False) if name == "psum" else (array, False)
        reduce: Any = {"psum": jnp.sum, "pmax": jnp.max, "pmin": jnp.min}[name]
        return reduce(array, axis=-1), False

    def by_vmap(self, equation: Any, values: list[Value]) -> list[Any]:
        """What has no rule here goes by JAX's own, with the members moved to and fro."""
        places = [-1 if batched else None for _, batched in values]
        run = jax.vmap(lambda *arrays: _bind(equation, list(arrays)), in_axes=places, out_axes=-1)
        return run(*(value for value, _ in values))

    def loop(self, params: dict[str, Any], values: list[Value]) -> list[Value]:
        """A while loop; its carry is batched where anything that flows into it is."""
        conditions, bodies = params["cond_nconsts"], params["body_nconsts"]
        for_test, rest = values[:conditions], values[conditions:]
        for_body, start = rest[:bodies], rest[bodies:]
        test, body = params["cond_jaxpr"], params["body_jaxpr"]
        batched = self.settled(body, for_body, [b for _, b in start])
        depends = self.probe(test, for_test, batched)[0]
        if depends:
            batched = [True] * len(batched)
        carry = [v if b or not w else _spread(v, self.size) for (v, b), w in zip(start, batched)]

        def flagged(arrays: Any) -> list[Value]:
            return list(zip(arrays, batched))

        def goes_on(arrays: Any) -> Any:
            answer, of_each = self.closed(test, [*for_test, *flagged(arrays)])[0]
            return jnp.any(answer) if of_each else answer

        def step(arrays: Any) -> Any:
            after = self.closed(body, [*for_body, *flagged(arrays)])
            found = [
                v if b or not w else _spread(v, self.size) for (v, b), w in zip(after, batched)
            ]
            if depends:
                on = self.all([self.closed(test, [*for_test, *flagged(arrays)])[0]])[0]
                found = [jnp.where(on, new, old) for new, old in zip(found, arrays)]
            return found

        return flagged(lax.while_loop(goes_on, step, carry))

    def settled(self, body: Any, consts: list[Value], batched: list[bool]) -> list[bool]:
        """Which parts of a carry are batched, once what flows into them is followed to its end."""
        while True:
            after = self.probe(body, consts, batched)
            grown = [a or b for a, b in zip(batched, after)]
            if grown == batched:
                return batched
            batched = grown

    def probe(self, closed: Any, consts: list[Value], batched: list[bool]) -> list[bool]:
        """Which outputs of a jaxpr are batched, without computing any."""
        carried = closed.in_avals[len(consts) :]
        found: list[bool] = []

        def run(arrays: Any) -> Any:
            values = self.closed(closed, [*consts, *zip(arrays, batched)])
            found.extend(b for _, b in values)
            return [v for v, _ in values]

        jax.eval_shape(
            run,
            [
                jax.ShapeDtypeStruct((*a.shape, self.size) if b else a.shape, a.dtype)
                for a, b in zip(carried, batched)
            ],
        )
        return found

    def branch(self, params: dict[str, Any], values: list[Value]) -> list[Value]:
        """A choice that is the same for all members."""
        (index, _), rest = values[0], values[1:]

        def side(closed: Any) -> Callable[..., Any]:
            def run(arrays: Any) -> Any:
                return self.all(self.closed(closed, list(zip(arrays, [b for _, b in rest]))))

            return run

        out = lax.switch(index, [side(b) for b in params["branches"]], [v for v, _ in rest])
        return [(value, True) for value in out]


def _bind(equation: Any, arrays: list[Any]) -> list[Any]:
    """Evaluate an equation as it stands."""
    return list(jax.core.eval_jaxpr(_only(equation), [], *arrays))


def _only(equation: Any) -> Jaxpr:
    """A jaxpr of one equation."""
    places = [Var(atom.aval) for atom in equation.invars]
    outs = [Var(var.aval) for var in equation.outvars]
    inner = equation.replace(invars=places, outvars=outs)
    return jax.make_jaxpr(lambda: 0)().jaxpr.replace(
        constvars=[], invars=places, outvars=outs, eqns=[inner], effects=equation.effects
    )


_CALLS = {
    "jit": "jaxpr",
    "pjit": "jaxpr",
    "closed_call": "call_jaxpr",
    "custom_jvp_call": "call_jaxpr",
    "custom_vjp_call": "call_jaxpr",
    "checkpoint": "jaxpr",
}
_REDUCES_MEMBERS = {"psum", "pmax", "pmin"}

_ELEMENTWISE = (
    "abs acos acosh add add_any and asin asinh atan atan2 atanh cbrt ceil clamp "
    "convert_element_type copy cos cosh digamma div eq erf erf_inv erfc exp exp2 expm1 floor "
    "ge gt integer_pow is_finite le lgamma log log1p logistic lt max min mul ne neg nextafter "
    "not or pow reduce_precision rem round rsqrt select_n shift_left shift_right_arithmetic "
    "shift_right_logical sign sin sinh sqrt square stop_gradient sub tan tanh threefry2x32 "
    "xor "
)


def _elementwise(members: Members, equation: Any, values: list[Value]) -> list[Any]:
    """Every operand is broadcast to the shape that comes out, the members behind it."""
    full = (*equation.outvars[0].aval.shape, members.size)
    arrays = []
    for array, batched in values:
        array = array if batched or not jnp.ndim(array) else jnp.asarray(array)[..., None]
        arrays.append(jnp.broadcast_to(array, full))
    return _bind(equation, arrays)


def _with(**changes: Callable[[Any, Members, Any], Any]) -> Callable[..., Any]:
    """A rule: bind the primitive to all operands with the member axis, with changed parameters."""

    def rule(members: Members, equation: Any, values: list[Value]) -> list[Any]:
        params = dict(equation.params)
        for name, change in changes.items():
            params[name] = change(params[name], members, equation)
        params["sharding"] = None
        if "sharding" not in equation.params:
            del params["sharding"]
        return _results(equation, members.all(values), params)

    return rule


def _results(equation: Any, arrays: list[Any], params: dict[str, Any]) -> list[Any]:
    out = equation.primitive.bind(*arrays, **params)
    return list(out) if equation.primitive.multiple_results else [out]


def _rank(equation: Any) -> int:
    return len(equation.invars[0].aval.shape)


def _sized(shape: Any, members: Members, _: Any) -> tuple[int, ...]:
    return (*shape, members.size)


def _dynamic_slice(members: Members, equation: Any, values: list[Value]) -> list[Any] | None:
    (operand, _), indices = values[0], values[1:]
    if any(batched for _, batched in indices):
        return None
    starts = [*(i for i, _ in indices), np.zeros((), np.int32)]
    starts = [jnp.asarray(i, jnp.int32) for i in starts]
    return [lax.dynamic_slice(operand, starts, (*equation.params["slice_sizes"], members.size))]


def _dynamic_update_slice(members: Members, equation: Any, values: list[Value]) -> list[Any] | None:
    if any(batched for _, batched in values[2:]):
        return None
    operand, update = members.all(values[:2])
    starts = [jnp.asarray(i, jnp.int32) for i in (*(i for i, _ in values[2:]), np.int32(0))]
    return [lax.dynamic_update_slice(operand, update, starts)]


def _pad(members: Members, equation: Any, values: list[Value]) -> list[Any] | None:
    (operand, _), (filling, of_each) = values
    if of_each:
        return None
    operand = members.all(values[:1])[0]
    return [lax.pad(operand, filling, [*equation.params["padding_config"], (0, 0, 0)])]


def _dot(members: Members, equation: Any, values: list[Value]) -> list[Any] | None:
    """A small product as a multiplication and a sum over the contracted axes."""
    (a_contract, b_contract), (a_batch, b_batch) = equation.params["dimension_numbers"]
    out = equation.outvars[0].aval
    a_shape = equation.invars[0].aval.shape
    depth = int(np.prod([a_shape[i] for i in a_contract]))
    if depth * out.size > MOST_PRODUCTS or not jnp.issubdtype(out.dtype, jnp.floating):
        return None
    left, right = (value if batched else jnp.asarray(value)[..., None] for value, batched in values)
    left = _arranged(left, a_batch, a_contract)
    right = _arranged(right, b_batch, b_contract)
    batches = len(a_batch)
    a_free, b_free = (v.ndim - 1 - batches - len(a_contract) for v in (left, right))
    left = jnp.expand_dims(left, tuple(range(batches + a_free, batches + a_free + b_free)))
    right = jnp.expand_dims(right, tuple(range(batches, batches + a_free)))
    places = tuple(range(batches + a_free + b_free, left.ndim - 1))
    if depth <= MOST_TERMS:
        terms = [a * b for a, b in zip(_pieces(left, places), _pieces(right, places))]
        return [_summed(terms).astype(out.dtype)]
    return [_reduced((left * right).astype(out.dtype), places)]


def _reduce_sum(members: Members, equation: Any, values: list[Value]) -> list[Any]:
    """A sum over few elements is written out: XLA would call a library for each."""
    operand, places = values[0][0], equation.params["axes"]
    if int(np.prod([operand.shape[i] for i in places])) <= MOST_TERMS:
        return [_summed(_pieces(operand, places))]
    return [_reduced(operand, places)]


def _pieces(array: Any, places: tuple[int, ...]) -> list[Any]:
    """The slices of an array along some axes, in the order of their elements."""
    if not places:
        return [array]
    first, rest = places[0], tuple(place - 1 for place in places[1:])
    return [
        piece
        for at in range(array.shape[first])
        for piece in _pieces(lax.index_in_dim(array, at, first, keepdims=False), rest)
    ]


def _summed(terms: list[Any]) -> Any:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _reduced(array: Any, places: tuple[int, ...]) -> Any:
    """The sum as JAX's own primitive."""
    return lax.reduce_sum_p.bind(array, **_sum_params(places))


def _sum_params(places: tuple[int, ...]) -> dict[str, Any]:
    probe = jax.make_jaxpr(lambda a: jnp.sum(a, axis=0))(np.zeros((1, 1), np.float32))
    params = next(e.params for e in probe.jaxpr.eqns if e.primitive is lax.reduce_sum_p)
    return {**params, "axes": places}


def _arranged(array: Any, batch: Any, contract: Any) -> Any:
    """Axes in the order: batch, free, contracted, members."""
    free = [i for i in range(array.ndim - 1) if i not in batch and i not in contract]
    return jnp.transpose(array, (*batch, *free, *contract, array.ndim - 1))


_ALONG = (
    "argmax argmin concatenate cumlogsumexp cummax cummin cumprod cumsum reduce_and "
    "reduce_max reduce_min reduce_or reduce_prod reduce_xor rev squeeze "
)
_SAME = _with()
_RULES: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(_ELEMENTWISE.split(), _elementwise),
    **dict.fromkeys(
        _ALONG.split(),
        _SAME,
    ),
    "broadcast_in_dim": _with(
        shape=_sized,
        broadcast_dimensions=lambda dims, _, e: (*dims, len(e.params["shape"])),
    ),
    "reshape": _with(new_sizes=_sized),
    "transpose": _with(permutation=lambda p, _, e: (*p, _rank(e))),
    "slice": _with(
        start_indices=lambda s, _, e: (*s, 0),
        limit_indices=_sized,
        strides=lambda s, _, e: None if s is None else (*s, 1),
    ),
    "dynamic_slice": _dynamic_slice,
    "dynamic_update_slice": _dynamic_update_slice,
    "pad": _pad,
    "reduce_sum": _reduce_sum,
    "dot_general": _dot,
}
