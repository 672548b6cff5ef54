"""Steps: batches, parts of the training, and the optimisers of each part."""
import math

import torch

from condenser_data import Schedule


def optimizer_of(parameters, o):
    if o['kind'] == 'sgd':
        return torch.optim.SGD(parameters, o['rate'], o['momentum'], weight_decay=o['weightDecay'],
                               nesterov=o['nesterov'] and o['momentum'] > 0)
    kind = torch.optim.Adam if o['kind'] == 'adam' else torch.optim.AdamW
    return kind(parameters, o['rate'], weight_decay=o['weightDecay'])


def batches(count, size):
    """Whole batches of one epoch; a set smaller than a batch is repeated until it fills one."""
    order = torch.randperm(count)
    if count < size:
        yield order.repeat(-(-size // count))[:size]
    for i in range(count // size):
        yield order[i * size:(i + 1) * size]


def endless(count, size):
    """Batches of one epoch after another."""
    while True:
        yield from batches(count, size)


def spans(shares, total):
    """First step of every part and the step after its last."""
    ends = [math.floor(sum(shares[:i + 1]) / sum(shares) * total + 0.5) for i in range(len(shares))]
    return list(zip([0] + ends, ends))


def place(parts, step):
    return next(i for i, (_, end) in enumerate(parts) if step < end)


def stages_of(network):
    return network.stages() if hasattr(network, 'stages') else []


class Pace:
    """Optimisers of one part of the training; each part starts them anew."""

    def __init__(self, groups, steps, learns, holds, rates):
        """`learns(role, number, name)` of the weights of every network."""
        self.groups = []
        for roles, o in groups:
            parameters = [p for role, module in roles.items() for path, p in module.named_parameters()
                          if learns(role, int(path.split('.', 1)[0]), path.split('.', 1)[1])]
            if not parameters:
                continue
            optimizer = optimizer_of(parameters, o)
            shape = Schedule({**o, 'schedule': 'constant'} if holds else o, steps)
            if rates:
                shape = lambda step: next((f for until, f in rates if until > step / steps), rates[-1][1])
            self.groups.append((parameters, optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, shape), o['clip']))
        self.parameters = [p for parameters, *_ in self.groups for p in parameters]

    def step(self, terms, combine, params):
        if not self.parameters:
            return
        if combine is None:
            gradients = torch.autograd.grad(sum(terms.values()), self.parameters, allow_unused=True)
        else:
            flat = lambda term: torch.cat([
                (torch.zeros_like(p) if g is None else g).flatten() for p, g in
                zip(self.parameters, torch.autograd.grad(term, self.parameters, retain_graph=True, allow_unused=True))])
            whole = combine({key: flat(term) for key, term in terms.items()}, params)
            parts = whole.split([p.numel() for p in self.parameters])
            gradients = [part.reshape(p.shape) for part, p in zip(parts, self.parameters)]
        for p, gradient in zip(self.parameters, gradients):
            p.grad = gradient
        for parameters, optimizer, schedule, clip in self.groups:
            if clip > 0:
                torch.nn.utils.clip_grad_norm_(parameters, clip)
            optimizer.step()
            schedule.step()
