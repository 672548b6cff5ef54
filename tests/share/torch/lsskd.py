import torch

from condenser_losses import cross_entropy
from methods.lsskd import joint_targets, soften, terms


def golden(case, x, y, p, run):
    hot = lambda k: torch.nn.functional.one_hot(y, k).double()
    if case.name == 'joint-labels':
        return {'joint': joint_targets(hot(4)).argmax(1)}
    if case.name == 'soft-targets':
        hard = hot(p['K'])
        return {'y_s': soften(hard, x['p_prev'], p['alpha']), 'y_q0': soften(joint_targets(hard), x['q_prev'][0], p['alpha'])}
    if case.name == 'losses':
        found = terms(x['z'], list(x['zq']), list(x['f']), x['f_final'], x['y_s'], list(x['y_q']), p['T'])
        loss = found[0] + found[1] + found[2] * p['w_kl'] + found[3] * p['w_l2']
        return {**dict(zip(('ce_resp', 'ce_sad', 'kl_deep_to_shallow', 'l2'), found)), 'loss': loss,
                'grad_zq_shallowest': (loss, 'zq', 0), 'grad_zq_deepest': (loss, 'zq', 2), 'grad_f0': (loss, 'f', 0)}
    if case.name == 'first-epoch-is-hard':
        hard = hot(x['z'].shape[1])
        return {'ce': cross_entropy(x['z'], soften(hard, 0 * hard, 0.8))}
    return {}  # scores for a picture of the page
