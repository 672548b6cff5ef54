"""Twin-Merging: one shared network and what is special of each expert (Lu et al. 2024).

Left out: the course from the base network over the experts of several tasks to the router, which adds weights to every
layer anew for each image; here are the merging of weights, their low-rank rests and the router.
"""
import torch
import torch.nn.functional as F

COURSE = False
TEACHER = 'none'


def task_vector(base, expert):
    """What an expert has learned since the base; weights are dicts by name."""
    return {name: expert[name] - value for name, value in base.items()}


def added(base, vectors, factor):
    """base + factor * sum of the vectors: task arithmetic."""
    return {name: value + factor * sum(v[name] for v in vectors) for name, value in base.items()}


def low_rank(matrix, rank):
    u, s, v = torch.linalg.svd(matrix, full_matrices=False)
    return u[:, :rank] * s[:rank] @ v[:rank]


def exclusive(shared, expert, rank):
    """What an expert has beyond the shared network, matrices of the wanted rank."""
    vector = task_vector(shared, expert)
    return {name: low_rank(value, rank) if value.dim() == 2 else value for name, value in vector.items()}


def merged(shared, rests, weights):
    """The network of one input: `weights` of the experts come from the router."""
    return added(shared, [{k: w * x for k, x in rest.items()} for rest, w in zip(rests, weights)], 1)


def largest(values, kept):
    """Zeroes all but the `kept` largest sizes; of equal ones at the edge all stay."""
    edge = values.abs().flatten().sort(descending=True).values[kept - 1] if kept > 0 else float('inf')
    return torch.where(values.abs() >= edge, values, torch.zeros_like(values))


def ties(vectors, keep):
    """Yadav et al. 2023: the largest entries of each vector, the sign that weighs more, the mean of those that agree."""
    names = sorted(vectors[0])
    rows = torch.stack([torch.cat([v[name].flatten() for name in names]) for v in vectors])
    rows = torch.stack([largest(row, min(len(row), int(len(row) * keep) + 1)) for row in rows])
    sums = rows.sum(0)
    sign = torch.where(sums == 0, sums.sign().sum().sign(), sums.sign())
    agreed = (rows != 0) & ((rows > 0) == (sign > 0))
    means = (rows * agreed).sum(0) / agreed.sum(0).clamp(min=1)
    parts = means.split([vectors[0][name].numel() for name in names])
    return {name: part.reshape(vectors[0][name].shape) for name, part in zip(names, parts)}


def router(x, layers, norms, last):
    """Logits of the task: two hidden layers with batch norm and leaky ReLU. Layers are (weight [in, out], bias)."""
    for (weight, bias), norm in zip(layers, norms):
        x = F.leaky_relu(norm(x @ weight + bias), 0.01)
    return x @ last[0] + last[1]
