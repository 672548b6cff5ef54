from methods.scalekd import attend, distance
from parity_kit import filled, golden_case

NAMES = {'conv/filter': 'conv_k', 'conv/bias': 'conv_b', 'norm/scale': 'bn_g', 'norm/shift': 'bn_b', 'positions': 'pos',
         'queries': 'query_table', 'prepare/weight': 'pq_w', 'prepare/bias': 'pq_b', 'out/weight': 'o_w', 'out/bias': 'o_b',
         'after/scale': 'ln_g', 'after/shift': 'ln_b', 'up/weight': 'f1_w', 'up/bias': 'f1_b', 'down/weight': 'f2_w',
         'down/bias': 'f2_b', **{f'{n}/{long}': f'{n}_{long[0]}' for n in 'qkv' for long in ('weight', 'bias')}}


def golden(case, x, y, p, run):
    if 'z_s' in x:
        zeros = lambda z: {'logits': z, 'taps': {'a': z[:, :2].detach().reshape(-1, 1, 1, 2)}}
        params = dict(alpha=p['alpha'], temperature=p['T'], a0=0, a1=0, auto=False, detail=False, through=False,
                      projector='conv')
        terms = run(params, student=zeros(x['z_s']), teacher=zeros(x['z_t']), labels=y,
                    extras={'last/spatial': lambda v: v})
        return {'loss': terms['kd']}
    cells = lambda f: f.flatten(1, 2)
    if case.name == 'cross_attention_projector':
        parts = filled('scalekd', None, None, {f'cap/{name}': x[n] for name, n in NAMES.items()},
                       (list(x['F_s'].shape[1:]), [*x['F_s'].shape[1:3], x['q_w'].shape[1]]))
        out = attend(parts, 'cap', x['F_s'], p['heads'], p['softmax_scale'])
        loss = 0.08 * distance(out, cells(golden_case('scalekd', 'dfm_spatial')['F_t']), False)
        return {'out': out, 'spatial_loss_vs_F_t': loss, 'grad_F_s_of_spatial_loss': (loss, 'F_s')}
    view = lambda remove, weight=p['alpha']: weight * distance(cells(x['F_s']), cells(x['F_t']), remove)
    if case.name in ('dfm_spatial', 'dfm_dc_removed'):
        return {'loss': view(case.name == 'dfm_dc_removed')}
    if case.name == 'identical_features_zero':
        return {'loss': view(False), 'loss_freq': view(True, 0.06)}
    return {'loss_spatial': view(False), 'loss_freq': view(True)}
