import torch

from condenser_losses import cross_entropy, distillation
from methods.proc_kd import augment, learn_prototypes

NAMES = {'join': 'cat', 'assign': 'as', 'readout': 'v', 'mix/first': 't1', 'mix/second': 't2', 'embed': 'e',
         'fuse/first': 'g1', 'fuse/second': 'g2'}


def golden(case, x, y, p, run):
    if case.name == 'objective_reconstructed':
        hot = torch.nn.functional.one_hot(y, x['z'].shape[1]).double()
        ce, augmented = cross_entropy(x['z'], hot), cross_entropy(x['z_aug'], hot)
        kl = distillation(x['z'], x['z_aug'].detach(), 1)
        return {'ce': ce, 'ce_aug': augmented, 'kl': kl, 'loss': ce + augmented + p['lambda'] * kl}
    layer = lambda n: lambda v: v @ x[f'{n}_w'] + x[f'{n}_b']
    parts = {**{name: layer(n) for name, n in NAMES.items() if f'{n}_w' in x}, 'prototypes': x['cent']}
    if case.name == 'inference_branch_student_tokens':
        tokens, aligned = augment(parts, x['x_s'])
        return {'alignment': aligned.transpose(1, 2), 'augmented': tokens, 'grad_x_s_of_sum': (tokens.sum(), 'x_s')}
    tokens, assigned = learn_prototypes(parts, torch.cat([x['t1'], x['t2'], x['t3']], 2))
    out, aligned = augment(parts, tokens)
    return {'assignment': assigned, 'prototype_tokens': tokens, 'alignment': aligned.transpose(1, 2), 'augmented': out,
            'grad_cent_of_sum_probe_times_augmented': ((out * x['probe']).sum(), 'cent')}
