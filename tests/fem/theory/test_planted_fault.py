"""A wrong sign in a form is noticed: by the rates, by the claim that rests on them, by the solver's steps."""

import numpy as np
import pytest

from reckon.fem import forms
from reckon.fem.coupled import solve_coupled
from reckon.fem.norms import errors_of
from reckon.fem.problems import problem
from reckon.report.claims import Claim, settle
from reckon.tables.effects import Effect


def energy_rate(epsilon):
    """Observed rate in the energy norm between levels 3 and 4."""
    smooth = problem("smooth")
    solutions = (solve_coupled(smooth, smooth.mesh(level), epsilon, "P2", "strong") for level in (3, 4))
    coarse, fine = (errors_of(u_h, smooth, epsilon, "strong")["energy"] for u_h in solutions)
    return float(np.log2(coarse / fine))


def claim_on(rate):
    """What the claim of uniform convergence says of a rate."""
    claim = Claim("converges", "", "", 1, "", "fem", "finest level", "rate", "greater", 0.75, "", "")
    return settle(claim, Effect("fem", "finest level", "rate", "1", "", "", 0, 0, rate, rate, rate, ""))[0]


@pytest.mark.parametrize("form", ["a_h", "b_h"])
def test_a_wrong_sign_loses_the_rate_and_the_claim(monkeypatch, form):
    epsilon = {"a_h": 0.3, "b_h": 0.01}[form]  # where the form decides
    right = getattr(forms, form)
    assert claim_on(energy_rate(epsilon)) == "supported"
    monkeypatch.setattr(f"reckon.fem.coupled.forms.{form}", lambda u, v: -right(u, v))
    assert claim_on(energy_rate(epsilon)) == "contradicted"
