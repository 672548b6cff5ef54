import torch

from condenser_losses import all_turns
from methods.rotnet import RATES


def golden(case, x, y, p, run):
    if case.name == 'rotate':
        return {'expanded': all_turns(x['x']), 'labels': torch.arange(4).repeat(len(x['x']))}
    if case.name == 'rotate-rect':
        return {'rotations': torch.cat([torch.rot90(x['x'], r, (1, 2)).flatten() for r in range(4)])}
    if case.name == 'pretext-ce':
        terms = run({}, student={'embedding': x['z']}, phase='pretext', extras={'turns': lambda z: z})
        return {'loss': terms['rotation']}
    if case.name == 'linear-readout':
        return {}
    if case.name == 'pretext-distillation':
        terms = run(dict(weight=1, temperature=p['T']), student={'logits': x['z_s']}, teacher={'logits': x['z_t']},
                    phase='distil', extras={})
        return {'loss': terms['teacher']}
    length, first = p['table'][-1][0], p['table'][0][1]
    rate = lambda at: next((f for until, f in RATES['pretext'] if until > at), RATES['pretext'][-1][1])
    return {'lr': torch.tensor([first * rate(epoch / length) for epoch in case.inputs['epochs']]).double()}
