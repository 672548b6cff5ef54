import torch

from condenser_losses import distillation
from methods.dho import ALPHAS, BETAS, blend, head_logits, search


def golden(case, x, y, p, run):
    if case.name == 'alpha-beta-search':
        grid, alpha, beta = search(y, x['z_ce'].detach(), x['z_kd'].detach())
        assert (ALPHAS, BETAS) == (p['alphas'], p['betas'])
        only = lambda z: 100 * (z.argmax(1) == y).double().mean()
        return {'probs_at_half': blend(x['z_ce'], x['z_kd'], 0.5, 0.5), 'acc': 100 * grid.max(), 'alpha': torch.tensor(alpha),
                'beta': torch.tensor(beta), 'acc_ce_only': only(x['z_ce']), 'acc_kd_only': only(x['z_kd'])}
    if case.name == 'cosine-kd-head':
        return {'z_kd': head_logits(lambda f: f @ x['W'].T + x['b'], x['f'], 'cosine', p['scale'])}
    if case.name == 'gradient-cosine':
        taught = lambda w: distillation(x['f'] @ x[w].T, x['z_t'], p['T'])
        ce = torch.nn.functional.cross_entropy(x['f'] @ x['W_ce'].T, y)
        return {'grad_f_ce': (ce, 'f'), 'grad_f_kd_single': (taught('W_ce'), 'f'), 'grad_f_kd_dual': (taught('W_kd'), 'f')}
    values = lambda ce, kd: run(
        dict(temperature=p['T'], ceWeight=ce, kdWeight=kd, arm='dual', source='teacher', head='linear', scale=1), labels=y,
        student={'logits': x['z_ce_l'], 'embedding': x['z_kd_l']}, teacher={'logits': x['z_t_l']},
        pool={'student': {'embedding': x['z_kd_u']}, 'teacher': {'logits': x['z_t_u']}}, extras={'taught': lambda z: z})
    whole, plain = values(p['w_ce'], p['w_kd']), values(1, 1)
    return {'loss': sum(whole.values()), 'ce': plain['ce'], 'kd_l': plain['kd'], 'kd_u': plain['pool']}
