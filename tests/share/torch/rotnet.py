from types import SimpleNamespace

import torch

from condenser_losses import all_turns
from methods.rotnet import RATES, predict


def golden(case, x, y, p, run):
    if case.name == 'rotate':
        return {'expanded': all_turns(x['x']), 'labels': torch.arange(4).repeat(len(x['x']))}
    if case.name == 'rotate-rect':
        return {'rotations': torch.cat([torch.rot90(x['x'], r, (1, 2)).flatten() for r in range(4)])}
    plain = dict(turns='4', guide=0, features='learn')
    if case.name == 'pretext-ce':
        terms = run(plain, student={'embedding': x['z']}, phase='pretext', extras={'turns': lambda z: z},
                    images=torch.zeros(1))
        return {'loss': terms['rotation']}
    if case.name == 'linear-readout':
        flat = lambda z: z
        z = predict(SimpleNamespace(features='frozen', readout='linear', layer=0),
                    {'readout/norm': flat, 'readout/head': lambda f: f @ x['W'] + x['b']},
                    SimpleNamespace(embedding=x['features'], taps={}))
        loss = torch.nn.functional.cross_entropy(z, y)
        return {'loss': loss, 'grad_W': (loss, 'W')}
    if case.name == 'pretext-distillation':
        terms = run(dict(plain, weight=1, temperature=p['T']), student={'logits': x['z_s']}, teacher={'logits': x['z_t']},
                    phase='distil', extras={}, images=torch.zeros(1))
        return {'loss': terms['teacher']}
    length, first = p['table'][-1][0], p['table'][0][1]
    rate = lambda at: next((f for until, f in RATES['pretext'] if until > at), RATES['pretext'][-1][1])
    return {'lr': torch.tensor([first * rate(epoch / length) for epoch in case.inputs['epochs']]).double()}
