from methods.sinkd import transport


def golden(case, x, y, p, run):
    if 'T_kd' in p:
        params = dict(alpha=p['alpha'], beta=p['beta'], temperature=p['T_kd'], epsilon=p['eps'], sweeps=int(p['iters']),
                      scale='released', squared=False, anneal=False)
        terms = run(params, student={'logits': x['z_s']}, teacher={'logits': x['z_t']}, labels=y)
        return {'loss': sum(terms.values()), 'kd_soft_ce': terms['kd'] / p['alpha']}
    return {'loss': transport(x['z_s'], x['z_t'], p['eps'], int(p['iters']))}
