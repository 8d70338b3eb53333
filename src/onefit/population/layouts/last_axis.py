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
from jax import lax
from jax.extend.core import ClosedJaxpr, Jaxpr, Literal

from onefit.population.layouts.last_axis_primitives import RULES, Value, of_each, spread
from onefit.training.rewrite.jaxprs import evaluate

CALLS = {
    "jit": "jaxpr",
    "pjit": "jaxpr",
    "closed_call": "call_jaxpr",
    "custom_jvp_call": "call_jaxpr",
    "custom_vjp_call": "call_jaxpr",
    "checkpoint": "jaxpr",
}
REDUCES_MEMBERS = {"psum", "pmax", "pmin"}


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
        # Traced for one member, under the axis' name, by which it may ask how the others are.
        closed, out = jax.make_jaxpr(function, axis_env=[(axis, size)], return_shape=True)(
            *jax.tree.unflatten(structure, single)
        )
        values = Members(size).closed(closed, list(zip(leaves, batched)))
        wanted = flags(outside, out)
        found = [
            spread(v, size) if want and not b else _unlike(v, b, want)
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
        # The gradients are in the jaxpr already, so a custom rule for them has no more to say.
        if name in CALLS:
            inner = params[CALLS[name]]
            if isinstance(inner, ClosedJaxpr):
                return self.closed(inner, values)
            return self.jaxpr(inner, [], values)
        if name in REDUCES_MEMBERS and not params.get("axis_index_groups"):
            return [self.over_members(name, value) for value in values]
        if name == "while":
            return self.loop(params, values)
        # What members share is computed once for all of them.
        if not any(batched for _, batched in values):
            out = evaluate(equation, [value for value, _ in values])
            return [(value, False) for value in out]
        if name == "optimization_barrier":
            out = evaluate(equation, [value for value, _ in values])
            return [(new, batched) for new, (_, batched) in zip(out, values)]
        if name == "cond" and not values[0][1]:
            return self.branch(params, values)
        rule = RULES.get(name)
        found = rule(self.size, equation, values) if rule is not None else None
        if found is None:
            found = self.by_vmap(equation, values)
        return [(value, True) for value in found]

    def all(self, values: list[Value]) -> list[Any]:
        """The arrays, each with a member axis."""
        return of_each(values, self.size)

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
        run = jax.vmap(
            lambda *arrays: evaluate(equation, list(arrays)), in_axes=places, out_axes=-1
        )
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
        carry = [v if b or not w else spread(v, self.size) for (v, b), w in zip(start, batched)]

        def flagged(arrays: Any) -> list[Value]:
            return list(zip(arrays, batched))

        def goes_on(arrays: Any) -> Any:
            answer, of_each = self.closed(test, [*for_test, *flagged(arrays)])[0]
            return jnp.any(answer) if of_each else answer

        def step(arrays: Any) -> Any:
            after = self.closed(body, [*for_body, *flagged(arrays)])
            found = [v if b or not w else spread(v, self.size) for (v, b), w in zip(after, batched)]
            # A loop whose end depends on its member goes on until the last has ended; as with
            # `jax.vmap`, the others are kept as they are meanwhile.
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

        # All sides have to give one form: so each output gets a member axis, on whatever side it
        # differs.
        out = lax.switch(index, [side(b) for b in params["branches"]], [v for v, _ in rest])
        return [(value, True) for value in out]
