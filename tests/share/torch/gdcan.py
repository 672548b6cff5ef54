import torch

from methods.gdcan import ANSWERS, attend, bandwidth, domain_terms, entropy, grouped_discrepancy, linear_discrepancy


def golden(case, x, y, p, run):
    if case.name == 'mmd-feature':
        a, b = x['f_s'], x['f_t']
        return {'loss': linear_discrepancy(a, b), 'bandwidth': bandwidth(torch.cat([a, b])),
                'identical_batches': linear_discrepancy(a, a)}
    if case.name == 'mmd-softmax':
        return {'loss': linear_discrepancy(x['p_s'], x['p_t'], p['fix_sigma'])}
    if case.name == 'mmd-reg':
        one = lambda a: torch.ones(len(a), 1).double()
        return {'full_2_vs_3': grouped_discrepancy(x['a'], one(x['a']), x['b'], one(x['b'])),
                'full_self': grouped_discrepancy(x['a'], one(x['a']), x['a'], one(x['a']))}
    if case.name == 'entropy':
        return {'loss': entropy(x['p']), 'one_hot': entropy(torch.eye(3).double()),
                'uniform': entropy(torch.full((2, 3), 1 / 3).double())}
    if case.name.startswith('attention'):
        layers = [lambda v, i=i: v @ x[f'W{i}'] + x[f'b{i}'] for i in range(3)]
        out, gap = attend(x['x'], len(x['x']) // 2, *layers, p['eta'])
        return {'out': out, 'stat': gap, 'shared': (gap < p['eta']).double()}
    extras = {'classifier': lambda f: f @ x['W'] + x['b']}
    for name, block in (('features', 'feat_res'), ('answers', 'out_res')):
        for i, side in ((1, 'in'), (2, 'out')):
            extras[f'{name}/{side}/kernel'], extras[f'{name}/{side}/bias'] = x[block][f'W{i}'], x[block][f'b{i}']
    hot = torch.nn.functional.one_hot(y, x['W'].shape[1]).double()
    terms = domain_terms(extras, x['f_s'], x['f_t'], hot)
    apart = terms['features'] + terms['answers'] + terms['keep']
    return {'cls': terms['ce'], 'mmd_feature': terms['features'], 'mmd_softmax': terms['answers'], 'reg': terms['keep'],
            'entropy': terms['entropy'], 'loss': terms['ce'] + p['alpha'] * apart + p['beta'] * terms['entropy']}
