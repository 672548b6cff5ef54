from types import SimpleNamespace

import torch

from methods.lelp import class_logits, head_basis, principal, project, projection, split_class, split_targets, without


def golden(case, x, y, p, run):
    logits = lambda h: h @ x['W'] + x['b']
    basis = head_basis(x['H'], logits(x['H'])) if p['null_space'] else x['H'][:0]
    seen = without(x['H'], basis).detach()
    splits = [split_class(seen[y == c], x['Q'][c].detach(), lambda rows: principal(rows, p['S'])) for c in range(p['K'])]
    matrix, h = projection(splits, p['S']), x['h_batch']
    projected = project(matrix, h)
    params = dict(temperature=p['T'], beta=p['beta'], alpha=0, directions='principal')
    terms = run(params, student={'logits': 0 * logits(h), 'embedding': x['z_s']},
                teacher={'logits': logits(h).detach(), 'embedding': h.detach()}, extras={'subclasses': lambda z: z},
                memory=SimpleNamespace(splits=matrix.detach()))
    return {'P': without(torch.eye(x['H'].shape[1]).double(), basis), 'mean': torch.stack([m for m, *_ in splits]),
            'U': torch.stack([d.T for _, d, *_ in splits]), 'sigma': torch.stack([s for _, _, s, _ in splits]),
            'proj_normalised': projected, 'target': split_targets(projected, logits(h), p['T'], p['beta']),
            'loss': sum(terms.values()), 'class_probs_T1': class_logits(x['z_s'], p['K']).softmax(1)}
