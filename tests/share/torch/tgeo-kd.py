from types import SimpleNamespace

import torch
import torch.nn.functional as F

from condenser_losses import class_means, cross_entropy, distillation_rows, soft_cross_entropy_rows
from methods.tgeo_kd import hypergradient, mix_of, triangle


def golden(case, x, y, p, run):
    t, q = p['T'], x['z_t']
    c = x.get('controller')
    layers = [lambda v, i=i: v @ c[f'W{i}'] + c[f'b{i}'] for i in (1, 2, 3)] if c else None
    means = class_means(F.softmax(q, 1), y, q.shape[1])
    state_of = lambda z: triangle(F.softmax(z.detach(), 1), F.softmax(q, 1), F.one_hot(y, q.shape[1]).double(), means[y])
    if case.name == 'one_step_hypergradient':
        X, W, held = x['X'], x['W'], x['X_val']
        z, below = X @ W, lambda v: torch.cat([v, v.new_zeros(len(held), *v.shape[1:])])
        alpha = mix_of(layers, state_of(z))
        slope = (F.softmax(z / t, 1) - F.softmax(q / t, 1)) * t
        features, labels = torch.cat([X, held]), torch.cat([y, torch.tensor(case.inputs['y_val'])])
        by_alpha, judged = hypergradient(features, features @ W, F.one_hot(labels, q.shape[1]).double(), below(slope),
                                         below(alpha), below(torch.ones(len(X)).double()), p['eta'], 0)
        return {'val_loss_lookahead': judged, 'dval_dalpha': by_alpha[:len(X)]}
    z, hot = x['z_s'], F.one_hot(y, q.shape[1]).double()
    kd, ce = distillation_rows(z, q, t), soft_cross_entropy_rows(z, hot)
    out = {'kd_per_sample_T2': kd, 'ce_per_sample': ce, 'alpha0_equals_mean_ce': cross_entropy(z, hot),
           'alpha1_equals_mean_kd_T2': kd.mean()}
    if c:
        memory = SimpleNamespace(means=means, held=torch.zeros(len(z), 1).double(), steps=torch.zeros(1, 1))
        terms = run(dict(temperature=t, features='all', rate=0.1, learn=True, limit=4, period=1), student={'logits': z}, teacher={'logits': q.detach()},
                    labels=y, index=torch.arange(len(z)), memory=memory,
                    extras={f'controller/{i}': layer for i, layer in enumerate(layers, 1)})
        out.update(T_bar=means, state=state_of(z), alpha=mix_of(layers, state_of(z)), loss=terms['labels'] + terms['teacher'])
    return out
