from methods.lskd import standardise


def golden(case, x, y, p, run):
    base = 'dkd' if case.name == 'zscore-dkd' else 'kd'
    params = dict(base=base, temperature=p['T'], ceWeight=0, weight=1, alpha=p.get('alpha'), beta=p.get('beta'))
    terms = run(params, student={'logits': x['z_s']}, teacher={'logits': x['z_t']}, labels=y)
    return {'zscore_s': standardise(x['z_s']), 'loss': terms['kd']}
