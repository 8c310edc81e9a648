"""Gradients through time: both networks against torch, slopes against theory, explosion, open gates."""

import numpy as np
import pytest

from reckon.lecture.vanishing_gradient import (
    SCALES,
    SETTING,
    Setting,
    drawn,
    drawn_at,
    lstm_norms,
    network_norms,
    slope,
)
from reckon.stats.intervals import seed_interval

SMALL = Setting(units=5, steps=6, spread=1.0)


def slopes(norms, scale, setting=SETTING, seeds=5, **options):
    return [slope(norms(scale, seed, setting, **options)) for seed in range(seeds)]


def test_the_recurrent_network_is_torchs():
    import torch

    weights, signals, v = map(torch.tensor, drawn_at(1.3, 7, SMALL, gates=1))
    states = [torch.zeros(SMALL.units, dtype=torch.float64)]
    for signal in signals:
        states.append(torch.tanh(weights @ states[-1] + signal))
        states[-1].requires_grad_().retain_grad()
    (v @ states[-1]).backward()
    expected = [state.grad.norm().item() for state in states[:0:-1]]
    np.testing.assert_allclose(network_norms(1.3, 7, SMALL), expected, rtol=1e-12)


def test_the_lstm_is_torchs():
    import torch

    weights, signals, v = map(torch.tensor, drawn_at(1.3, 7, SMALL, gates=4))
    cell = torch.nn.LSTMCell(4 * SMALL.units, SMALL.units).double()
    with torch.no_grad():
        cell.weight_hh.copy_(weights)
        cell.weight_ih.copy_(torch.eye(4 * SMALL.units))
        cell.bias_ih.zero_()
        cell.bias_hh.zero_()
        cell.bias_hh[SMALL.units : 2 * SMALL.units] = 2.0
    state, states = None, []
    for signal in signals:
        state = cell(signal[None], None if state is None else tuple(part[None] for part in state))
        state = tuple(part[0] for part in state)
        state[0].retain_grad()
        states.append(state[0])
    (v @ states[-1]).backward()
    expected = [one.grad.norm().item() for one in reversed(states)]
    np.testing.assert_allclose(lstm_norms(1.3, 7, SMALL, forget_bias=2.0), expected, rtol=1e-12)


@pytest.mark.parametrize("rate", [0.5, 1.0, 1.25])
def test_the_slope_of_a_geometric_sequence_is_the_log_of_its_factor(rate):
    assert slope(rate ** np.arange(20.0)) == pytest.approx(np.log(rate), abs=1e-12)


def test_without_squashing_a_step_multiplies_by_the_scale():
    """As 1 − h² is 1 for small h; ‖Wᵀu‖ is about scale · ‖u‖ for W of n × n such numbers."""
    linear = Setting(units=400, steps=30, spread=1e-9)
    for scale in (0.5, 0.9):
        assert np.mean(slopes(network_norms, scale, linear, seeds=3)) == pytest.approx(
            np.log(scale), abs=0.02
        )


def test_it_vanishes_for_small_scales_and_explodes_for_the_largest():
    found = {scale: seed_interval(slopes(network_norms, scale)) for scale in SCALES}
    assert found[0.5].high < found[0.9].low
    assert found[0.9].high < 0 < found[1.5].low


def test_an_open_forget_gate_keeps_the_gradient():
    found = [np.mean(slopes(lstm_norms, 0.5, forget_bias=bias)) for bias in (0, 1, 3)]
    assert found == sorted(found)
    assert found[-1] > np.mean(slopes(network_norms, 0.5)) + 0.5


def test_the_figure_has_a_panel_a_network_and_a_line_a_scale():
    norms = [network_norms(0.5, seed, SMALL) for seed in (0, 1)]
    figure = drawn({("one", 0.5): norms, ("other", 0.5): norms, ("other", 0.9): norms})
    assert [axes.get_title() for axes in figure.axes] == ["one", "other"]
    assert [len(axes.get_lines()) for axes in figure.axes] == [1, 2]
