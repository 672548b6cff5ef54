from condenser_losses import decoupled


def golden(case, x, y, p, run):
    target, rest = decoupled(x['z_s'], x['z_t'], y, p['T'])
    params = dict(temperature=p['T'], ceWeight=0, alpha=p['alpha'], beta=p['beta'], warmup=0)
    terms = run(params, student={'logits': x['z_s']}, teacher={'logits': x['z_t']}, labels=y)
    return {'tckd': target, 'nckd': rest, 'loss': sum(terms.values())}
