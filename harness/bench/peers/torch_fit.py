"""Times PyTorch on covariance structures given as JSON on standard input: x = e + xB, cov e = P, float64, one fit with
standard errors: L-BFGS with a strong Wolfe search, then the Hessian by forward-over-reverse differentiation.
Prints name, seconds of the median of three fits after a first one, and n times F."""
import json
import statistics
import sys
import time

import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def indices(entries, symmetric):
    """Where constants and parameters stand, flattened."""
    rows = [(e["row"], e["column"]) for e in entries]
    every = list(zip(rows, entries))
    if symmetric:
        every += [((j, i), e) for (i, j), e in every if i != j]
    fixed = [(at, e["value"]) for at, e in every if e["parameter"] < 0]
    free = [(at, e["parameter"], e["factor"]) for at, e in every if e["parameter"] >= 0]
    return fixed, free


def filler(p, entries, symmetric):
    fixed, free = indices(entries, symmetric)
    constant = torch.zeros(p, p)
    for (i, j), value in fixed:
        constant[i, j] = value
    at = torch.tensor([i * p + j for (i, j), _, _ in free], dtype=torch.long)
    parameter = torch.tensor([k for _, k, _ in free], dtype=torch.long)
    factor = torch.tensor([f for _, _, f in free])
    flat = constant.reshape(-1)

    def fill(theta):
        if len(at) == 0:
            return constant
        return flat.index_add(0, at, theta[parameter] * factor).reshape(p, p)

    return fill


def build(problem):
    p, observed = problem["p"], torch.tensor(problem["observed"])
    k = len(observed)
    sample = torch.tensor(problem["sample"]).reshape(k, k)
    offset = torch.logdet(sample) + k
    paths = filler(p, problem["paths"], False)
    errors = filler(p, problem["errors"], True)
    identity = torch.eye(p)

    def discrepancy(theta):
        effects = torch.linalg.solve_triangular(identity - paths(theta), identity, upper=True, unitriangular=True)
        sigma = (effects.T @ errors(theta) @ effects)[observed][:, observed]
        factor, failed = torch.linalg.cholesky_ex(sigma)
        if torch.compiler.is_compiling() is False and failed.numel() == 1 and bool(failed > 0):
            return (theta * torch.nan).sum() + torch.inf
        return 2 * torch.log(torch.diagonal(factor)).sum() + torch.trace(torch.cholesky_solve(sample, factor)) - offset

    return discrepancy


def fit(problem):
    discrepancy = build(problem)
    theta = torch.tensor(problem["start"], requires_grad=True)
    search = torch.optim.LBFGS([theta], max_iter=2000, tolerance_grad=1e-8, tolerance_change=0,
                               history_size=20, line_search_fn="strong_wolfe")

    def closure():
        search.zero_grad()
        value = discrepancy(theta)
        if not torch.isfinite(value):
            theta.grad = torch.zeros_like(theta)
            return torch.tensor(1e10)
        value.backward()
        return value

    search.step(closure)
    best = theta.detach()
    hessian = torch.autograd.functional.hessian(discrepancy, best)
    errors = torch.linalg.pinv(hessian, hermitian=True).diagonal().mul(2 / problem["n"]).sqrt()
    return problem["n"] * float(discrepancy(best)), errors


def order(problem):
    """Variables in topological order, so that I - B is triangular."""
    causes = {j: set() for j in range(problem["p"])}
    for e in problem["paths"]:
        causes[e["column"]].add(e["row"])
    placed, left = [], set(causes)
    while left:
        ready = sorted(j for j in left if not (causes[j] & left))
        placed += ready
        left -= set(ready)
    place = {variable: at for at, variable in enumerate(placed)}
    for e in problem["paths"] + problem["errors"]:
        e["row"], e["column"] = place[e["row"]], place[e["column"]]
    problem["observed"] = [place[variable] for variable in problem["observed"]]


for problem in json.load(sys.stdin):
    order(problem)
    fit(problem)
    times = []
    for _ in range(1 if problem["p"] > 40 else 3):
        began = time.perf_counter()
        chisq, _ = fit(problem)
        times.append(time.perf_counter() - began)
    print(problem["name"], statistics.median(times), chisq, sep="\t", flush=True)
