import torch


def golden(case, x, y, p, run):
    if case.name == 'mlkd-as-executed':
        both = lambda z: {'logits': torch.cat([x[f'{z}_weak'], x[f'{z}_strong']])}
        params = dict(form='released', ceWeight=p['ce_weight'], weight=p['kd_weight'])
        terms = run(params, student=both('z_s'), teacher=both('z_t'), labels=torch.cat([y, y]))
        return {'loss_ce': terms['ce'], 'loss_kd': terms['instance'], 'loss_bc': terms['batch'],
                'loss_cc': terms['class'], 'loss': sum(terms.values())}
    values = lambda ce, kd: run(dict(form='single', ceWeight=ce, weight=kd), student={'logits': x['z_s']},
                                teacher={'logits': x['z_t']}, labels=y)
    plain, whole = values(1, 1), values(p['ce_weight'], p['kd_weight'])
    return {'instance_kl': plain['instance'], 'batch_gram': plain['batch'], 'class_gram': plain['class'],
            'loss': sum(whole.values())}
