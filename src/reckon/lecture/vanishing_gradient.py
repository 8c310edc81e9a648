"""How far a gradient reaches through time: a recurrent network and an LSTM before training.

Lecture, "Vanishing Gradient in RNNs" and "Long Short-Term Memory": the longer the path, the smaller the
gradient. Of n units, with recurrent weights W of N(0, scale²/n), whose spectral radius is about the scale,
and s_t of N(0, spread²) for what the input adds to a unit, the loss is L = v · h_T: of the last state alone,
v a random unit vector.

    network   h_t = tanh(W h_{t−1} + s_t),    ∂L/∂h_{t−1} = Wᵀ ((1 − h_t²) ⊙ ∂L/∂h_t)
    LSTM      c_t = f ⊙ c_{t−1} + i ⊙ g,  h_t = o ⊙ tanh(c_t),  i, f, o = σ(·), g = tanh(·) of W h_{t−1} + s_t

A step of the network multiplies the norm by about scale · √E[(1 − h²)²]: below 1 it vanishes, above 1 it
explodes. In the LSTM the path through the cells multiplies by the forget gate f, whose bias says how open it
begins; the other biases are 0.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SCALES = (0.5, 0.9, 1.0, 1.5)


class Setting(NamedTuple):
    """Sizes of the measurement; `spread` is the standard deviation of what the input adds to a unit."""

    units: int = 100
    steps: int = 50
    spread: float = 0.1


SETTING = Setting()


def network_norms(scale: float, seed: int, setting: Setting = SETTING) -> Array:
    """‖∂L/∂h_t‖ of the recurrent network by the distance T − t from 0 to T − 1."""
    weights, signals, at_end = drawn_at(scale, seed, setting, gates=1)
    states = [np.zeros(setting.units)]
    for signal in signals:
        states.append(np.tanh(weights @ states[-1] + signal))
    gradients = [at_end]
    for state in states[:1:-1]:
        gradients.append(weights.T @ ((1 - state**2) * gradients[-1]))
    return np.linalg.norm(gradients, axis=1)


def lstm_norms(scale: float, seed: int, setting: Setting = SETTING, *, forget_bias: float) -> Array:
    """‖∂L/∂h_t‖ of the LSTM by the distance T − t from 0 to T − 1; gates in the order i, f, g, o."""
    weights, signals, at_end = drawn_at(scale, seed, setting, gates=4)
    h = c = np.zeros(setting.units)
    trace = []
    for signal in signals:
        i, f, g, o = np.split(weights @ h + signal, 4)
        i, f, g, o = _sigmoid(i), _sigmoid(f + forget_bias), np.tanh(g), _sigmoid(o)
        before, c = c, f * c + i * g
        h = o * np.tanh(c)
        trace.append((i, f, g, o, before, np.tanh(c)))
    gradients, of_cell = [at_end], np.zeros(setting.units)
    for i, f, g, o, before, squashed in trace[:0:-1]:
        of_cell = of_cell + gradients[-1] * o * (1 - squashed**2)
        of_gates = (
            of_cell * g * i * (1 - i),
            of_cell * before * f * (1 - f),
            of_cell * i * (1 - g**2),
            gradients[-1] * squashed * o * (1 - o),
        )
        gradients.append(weights.T @ np.concatenate(of_gates))
        of_cell = of_cell * f
    return np.linalg.norm(gradients, axis=1)


def drawn_at(scale: float, seed: int, setting: Setting, gates: int) -> tuple[Array, Array, Array]:
    """W (gates·n × n), the signals s (T × gates·n) and the unit vector v (n) of a seed."""
    random = np.random.default_rng(seed)
    n, rows = setting.units, gates * setting.units
    weights = random.standard_normal((rows, n)) * scale / np.sqrt(n)
    signals = random.standard_normal((setting.steps, rows)) * setting.spread
    v = random.standard_normal(n)
    return weights, signals, v / np.linalg.norm(v)


def slope(norms: Array) -> float:
    """Change of log ‖∂L/∂h_t‖ with one step of distance, by least squares; below 0 it vanishes."""
    return float(np.polyfit(np.arange(len(norms)), np.log(norms), 1)[0])


def drawn(curves: Mapping[tuple[str, float], Sequence[Array]]) -> Any:
    """Norms by distance, a panel a network, a line a scale: geometric mean over seeds, and their range."""
    from matplotlib.figure import Figure

    networks = list(dict.fromkeys(network for network, _ in curves))
    figure = Figure(figsize=(3 * len(networks), 3.2), layout="constrained")
    panels = figure.subplots(1, len(networks), sharey=True, squeeze=False)[0]
    for (network, scale), norms in curves.items():
        axes, logs = panels[networks.index(network)], np.log(norms)
        distances = np.arange(logs.shape[1])
        (line,) = axes.semilogy(distances, np.exp(logs.mean(axis=0)), lw=1, label=f"scale {scale:g}")
        low, high = np.exp(logs.min(axis=0)), np.exp(logs.max(axis=0))
        axes.fill_between(distances, low, high, color=line.get_color(), alpha=0.15, lw=0)
        axes.set(title=network, xlabel="distance T − t")
    panels[0].set_ylabel("norm of ∂L/∂h_t")
    panels[0].legend(fontsize=7)
    return figure


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))
