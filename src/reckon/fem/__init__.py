"""Finite elements: the Morley method for the fourth-order singular perturbation problem.

    ε²Δ²u − Δu = f in Ω,   u = ∂u/∂n = 0 on ∂Ω,

discretised as in Huang, Shi and Wang (2021): the deck's equations (5.1) and (5.7a)-(5.7d).
"""
