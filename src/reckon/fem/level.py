"""One level of an experiment, solved, measured and sampled, as plain records."""

import resource
from typing import Any

import numpy as np
from firedrake import COMM_WORLD, Function, SpatialCoordinate, VectorFunctionSpace

from reckon.fem import spaces
from reckon.fem.coupled import solve_coupled
from reckon.fem.decoupled import Clock, solve
from reckon.fem.norms import FINE_LEVEL, errors, errors_of, fine_errors
from reckon.fem.presets import preset
from reckon.fem.problems import positive, problem
from reckon.fem.results import EQUATIONS, Record, h_of
from reckon.fem.sizes import brinkman_dofs

PICTURES_LEVEL = 5
# (name, example, ε, boundary): the second and third differ in the layer alone.
PICTURES = (
    ("smooth", "smooth", 1.0, "strong"),
    ("layer strong", "layer_reduced", 1e-6, "strong"),
    ("layer nitsche", "layer_reduced", 1e-6, "nitsche"),
)


def solve_level(preset_name: str, level: int, epsilon: float, tolerance: float) -> tuple[Record, Record]:
    """(record, cost) of the decoupled method for the smooth example.

    The record holds what is computed: steps, residuals, whether each solver converged, errors of u_h.
    The cost holds seconds by phase, of the slowest process, and the peak memory of all processes in GiB.
    """
    example = problem("smooth")
    solution = solve(example, level, positive(epsilon), preset(preset_name), tolerance=tolerance)
    clock = Clock(solution.seconds)
    with clock("errors"):
        u, _ = example.expressions(solution.u.function_space().mesh(), epsilon)
        error = errors(u, solution.u, epsilon, example.degree)
    items = [(equation, solution.solved[equation]) for equation in EQUATIONS]
    record = {
        "solver": preset_name, "epsilon": epsilon, "level": level, "h": h_of(level),
        "dofs": brinkman_dofs(level), "ranks": COMM_WORLD.size, "tolerance": tolerance,
        "steps": {equation: one.steps for equation, one in items},
        "converged": {equation: one.converged for equation, one in items},
        "residuals": {equation: [float(f"{r:.3e}") for r in one.residuals] for equation, one in items},
        "errors": error,
    }  # fmt: skip
    return record, cost_of(clock.seconds)


def cost_of(seconds: dict[str, float]) -> Record:
    """Seconds by phase and peak memory, gathered from all processes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    everyone = COMM_WORLD.allgather((seconds, peak))
    slowest = {phase: max(other[phase] for other, _ in everyone) for phase in seconds}
    return {
        "seconds": slowest,
        "peak_gib": sum(memory for _, memory in everyone),
        "first_process": COMM_WORLD.rank == 0,
    }


def measure_errors(
    example: str,
    level: int,
    epsilons: tuple[float, ...],
    w_elements: tuple[str, ...],
    boundaries: tuple[str, ...],
) -> list[dict[str, Any]]:
    """Errors of the coupled scheme on one level: one row a w element, boundary treatment, ε and norm."""
    chosen = problem(example)
    mesh = chosen.mesh(level)
    rows = []
    for w_element, boundary, epsilon in ((w, b, e) for w in w_elements for b in boundaries for e in epsilons):
        u_h = solve_coupled(chosen, mesh, epsilon, w_element, boundary)
        values = errors_of(u_h, chosen, epsilon, boundary)
        if chosen.is_limit and level < FINE_LEVEL:
            values |= fine_errors(chosen, u_h, level, epsilon, w_element, boundary)
        key = {
            "example": example, "w_element": w_element, "boundary": boundary, "epsilon": epsilon,
            "level": level, "h": h_of(level), "dofs": u_h.function_space().dim(),
        }  # fmt: skip
        rows += [key | {"norm": norm, "value": float(f"{value:.10e}")} for norm, value in values.items()]
    return rows


def at_vertices(u_h: Any) -> np.ndarray:
    """(vertices, 3): x, y and u_h, sorted by x, then y; Morley functions are continuous there."""
    mesh = u_h.function_space().mesh()
    where = Function(VectorFunctionSpace(mesh, "CG", 1)).interpolate(SpatialCoordinate(mesh))
    values = Function(spaces.lagrange(mesh, 1)).interpolate(u_h)
    table = np.column_stack([where.dat.data_ro, values.dat.data_ro])
    return table[np.lexsort((table[:, 1], table[:, 0]))]


def samples() -> list[dict[str, Any]]:
    """Rows of the csv file of all pictures."""
    mesh = spaces.unit_square(PICTURES_LEVEL)
    rows = []
    for name, example, epsilon, boundary in PICTURES:
        u_h = solve_coupled(problem(example), mesh, epsilon, "P2", boundary)
        rows += [
            {"name": name, "epsilon": f"{epsilon:g}", "x": f"{x:g}", "y": f"{y:g}", "u": f"{u:.8e}"}
            for x, y, u in at_vertices(u_h)
        ]
    return rows
