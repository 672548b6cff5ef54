import torch

from condenser_losses import average
from methods.kd3 import contrast, disagreement, mix_distribution, select, teacher_share, weighted_distance


def golden(case, x, y, p, run):
    name = case.name
    if name == 'alpha-schedule':
        return {'alpha': torch.tensor([teacher_share(e, p['stop'], p['span']) for e in case.inputs['epoch']])}
    if name.startswith('selection'):
        sure, what, threshold, kept = select(x['z_s'].detach(), x['z_t'].detach(), p['alpha'], p['p_cutoff'])
        return {'prob': sure, 'pred': what, 'threshold': threshold, 'keep': kept.nonzero()}
    if name.startswith('mix'):
        return {'x_mixed': mix_distribution(x['x'], x['lam'], x['perm'].long())}
    all_kept = lambda rows: torch.ones(len(rows)).double()
    if name.startswith('ntxent'):
        return {'loss': contrast(x['x'], x['x_aug'], p['tau'], all_kept(x['x']))}
    logits = lambda f: average(f) @ x['W_t'] + x['b_t']
    z_s, z_t = logits(x['F_s']), logits(x['F_t'])
    weights = disagreement(z_s, z_t)
    loss = weighted_distance(x['F_s'], x['F_t'], weights, all_kept(z_s))
    if 'mix' in p:
        loss = loss + p['mix'] * sum(contrast(x[f'e_{s}'], x[f'e_{s}_aug'], p['tau'], all_kept(z_s)) for s in 'st')
    return {'z_s': z_s, 'z_t': z_t, 'weights': weights, 'loss': loss}
