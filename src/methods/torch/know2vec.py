"""Know2Vec: networks and queries as vectors, so that the right teacher is found (Shang et al. 2025).

Left out: the zoo of networks, the search for their boundaries and the choice among them; here are the encoders and the
losses by which networks are ranked.
"""
import torch
import torch.nn.functional as F

COURSE = False


def lstm(x, cell, order):
    """State after visiting the steps of `x` [n, steps, in] in `order`; gates: input, forget, cell, output."""
    kernel, recurrent, bias = cell
    hidden = state = x.new_zeros(len(x), recurrent.shape[0])
    for step in order:
        i, f, g, o = (x[:, step] @ kernel + bias + hidden @ recurrent).chunk(4, 1)
        state = torch.sigmoid(f) * state + torch.sigmoid(i) * torch.tanh(g)
        hidden = torch.sigmoid(o) * torch.tanh(state)
    return hidden


def bi_lstm(x, forward, backward, ends=False):
    """Last step of the output, of which the backward half has seen that step only; `ends`: all steps."""
    order = list(range(x.shape[1]))
    return torch.cat([lstm(x, forward, order), lstm(x, backward, order[::-1] if ends else order[-1:])], 1)


def model_vectors(encoded, rows, top, ends=False):
    """Raw vectors of networks and those of length 1, from encoded boundary images [n, C, C, D]; `rows` has C pairs."""
    seen = torch.stack([bi_lstm(encoded[:, i], *pair, ends) for i, pair in enumerate(rows)], 1)
    raw = lstm(seen, top, range(seen.shape[1]))
    return raw, F.normalize(raw)


def query_vectors(means, pair, out, ends=False):
    """From the means of the encoded images of each class, [n, C, D]."""
    return F.normalize(bi_lstm(means, *pair, ends) @ out[0] + out[1])


def released_rank(q, m):
    """For each network the best scoring query minus its own, which is not left out."""
    return F.relu((q @ m.T).amax(0) - (q * m).sum(1)).mean()


def masked_rank(q, m, task, margin):
    """Pairs of one task never count against each other; hardest of the others, for networks and for queries."""
    others = (q @ m.T).masked_fill(task[:, None] == task[None], -1e4)
    own = (q * m).sum(1)
    return sum(F.relu(others.amax(axis) + margin - own).mean() for axis in (0, 1)) / 2


def transferability_loss(q, m, performance, margin):
    """Towards the best network for a query, away from the highest scoring one that is not listed (performance 0)."""
    free = performance == 0
    negative = (q @ m.T).masked_fill(~free, -1e4).argmax(1)
    near = 1 - F.cosine_similarity(q, m[performance.argmax(1)])
    far = F.relu(F.cosine_similarity(q, m[negative]) - margin) * free.any(1)
    return (near + far).mean() / 2, negative
